import { unavailable } from "./errors.js";

/** As long as a request waits for a connection to the database. */
const waitMs = 5_000;

interface Wish {
  readonly tenantId: string;
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * How many bytes of large bodies one server takes in at once: what is parsed of them stays in memory until the answer. Who finds
 * no room waits in line, and is told to come back when that takes too long. One tenant has half of it at most, so that it may send
 * as slowly as it likes without keeping the others out.
 */
export class BodyRoom {
  readonly #bytesMax: number;
  readonly #waiting = new Set<Wish>();
  readonly #takenBytes = new Map<string, number>();
  #allBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Resolves with what gives the room back; to be called once. A body larger than a tenant's share is let in while the tenant has
   * nothing else there. Throws `SERVICE_UNAVAILABLE` after five seconds.
   */
  async take(tenantId: string, bytes: number): Promise<() => void> {
    const wanted = Math.min(bytes, this.#bytesMax);
    await this.#turn(tenantId, wanted);
    return () => {
      this.#note(tenantId, -wanted);
      this.#letIn();
    };
  }

  #turn(tenantId: string, bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let deadline: NodeJS.Timeout | undefined;
      const wish: Wish = {
        tenantId,
        bytes,
        enter: () => {
          clearTimeout(deadline);
          resolve();
        },
      };
      this.#waiting.add(wish);
      this.#letIn();
      if (!this.#waiting.has(wish)) return;
      deadline = setTimeout(() => {
        this.#waiting.delete(wish);
        reject(unavailable(new Error("no room for another large body")));
        // Whoever stood behind it may be small enough.
        this.#letIn();
      }, waitMs);
    });
  }

  /** First come, first served: small ones must not keep a large one out for ever. Only a tenant that has its share is passed by. */
  #letIn(): void {
    for (const wish of this.#waiting) {
      if (!this.#isWithinShare(wish)) continue;
      if (this.#allBytes + wish.bytes > this.#bytesMax) return;
      this.#waiting.delete(wish);
      this.#note(wish.tenantId, wish.bytes);
      wish.enter();
    }
  }

  #isWithinShare({ tenantId, bytes }: Wish): boolean {
    const taken = this.#takenBytes.get(tenantId);
    return taken === undefined || taken + bytes <= this.#bytesMax / 2;
  }

  #note(tenantId: string, bytes: number): void {
    this.#allBytes += bytes;
    const taken = (this.#takenBytes.get(tenantId) ?? 0) + bytes;
    if (taken === 0) this.#takenBytes.delete(tenantId);
    else this.#takenBytes.set(tenantId, taken);
  }
}
