import { unavailable } from "./errors.js";

/** As long as a request waits for a connection to the database. */
const waitMs = 5_000;

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * How many bytes of large bodies one server takes in at once: what is parsed of them stays in memory until the answer. Who finds
 * no room waits in line, and is told to come back when that takes too long.
 */
export class BodyRoom {
  readonly #bytesMax: number;
  readonly #waiting = new Set<Waiting>();
  #takenBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Resolves with what gives the room back; to be called once. A body larger than the whole room is let in alone. Throws
   * `SERVICE_UNAVAILABLE` after five seconds.
   */
  async take(bytes: number): Promise<() => void> {
    const wanted = Math.min(bytes, this.#bytesMax);
    // First come, first served: small ones must not keep a large one out for ever.
    if (this.#waiting.size > 0 || !this.#fits(wanted)) await this.#turn(wanted);
    else this.#takenBytes += wanted;
    return () => {
      this.#takenBytes -= wanted;
      this.#letIn();
    };
  }

  #fits(bytes: number): boolean {
    return this.#takenBytes + bytes <= this.#bytesMax;
  }

  #turn(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        enter: () => {
          clearTimeout(deadline);
          resolve();
        },
      };
      const deadline = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(unavailable(new Error("no room for another large body")));
        // Whoever stood behind it may be small enough.
        this.#letIn();
      }, waitMs);
      this.#waiting.add(waiting);
    });
  }

  #letIn(): void {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting.bytes)) return;
      this.#waiting.delete(waiting);
      this.#takenBytes += waiting.bytes;
      waiting.enter();
    }
  }
}
