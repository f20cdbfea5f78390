import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { type Reservation, unreservedBytesMax } from "./memory-budget.js";
import type { MinimumRate, Watch } from "./minimum-rate.js";

/** How much is reserved ahead of a body whose size nobody knows, or that comes slowly. */
const aheadBytes = 262_144;

/**
 * The memory of one large body while it comes in. What was announced is reserved before it is read, so that bodies that come in at once
 * do not wait for each other half-read. After a second only what has come stays reserved, and twice what the last second brought: an
 * announcement alone keeps nobody waiting.
 */
export class BodyIntake {
  readonly #request: IncomingMessage;
  readonly #memory: Reservation;
  readonly #rate: MinimumRate;
  readonly #bytesMax: number;
  #watch: Watch | undefined;
  #isGivenUp = false;
  #bytes = 0;
  /** When it was last looked at; undefined before that. */
  #bytesBefore: number | undefined;

  constructor(
    request: IncomingMessage,
    {
      memory,
      rate,
      bytesMax,
    }: { readonly memory: Reservation; readonly rate: MinimumRate; readonly bytesMax: number },
  ) {
    this.#request = request;
    this.#memory = memory;
    this.#rate = rate;
    this.#bytesMax = bytesMax;
  }

  /** Whether the client was too slow: nobody waits for the body any more. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Before the first byte is read. Rejects with `SERVICE_UNAVAILABLE`. */
  async announce(bytes: number): Promise<void> {
    if (bytes > unreservedBytesMax) await this.#memory.resize(Math.min(bytes, this.#bytesMax));
    this.#startWatch();
  }

  /** Takes note of bytes that have come. Nothing more may be read before what it returns has resolved. */
  add(bytes: number): Promise<void> | undefined {
    this.#bytes += bytes;
    if (this.#bytes <= unreservedBytesMax || this.#bytes <= this.#memory.bytes) return undefined;
    const room = this.#memory.resize(Math.min(this.#bytes + aheadBytes, this.#bytesMax));
    return room?.then(() => this.#watch?.restart());
  }

  /** Ends the intake when the body has come whole, or nothing more of it is wanted. */
  async until(bytes: Buffer | Promise<Buffer>): Promise<Buffer> {
    try {
      return await bytes;
    } finally {
      this.#watch?.stop();
      this.#memory.shrinkTo(this.#bytes > unreservedBytesMax ? this.#bytes : 0);
    }
  }

  #startWatch(): void {
    this.#watch = this.#rate.watch({
      bytes: () => this.#bytes,
      onCheck: () => this.#giveBack(),
      giveUp: () => this.#giveUp(),
    });
  }

  #giveBack(): void {
    const before = this.#bytesBefore;
    this.#bytesBefore = this.#bytes;
    // The first look may come at once.
    if (before === undefined) return;
    this.#memory.shrinkTo(this.#bytes + Math.max(aheadBytes, 2 * (this.#bytes - before)));
  }

  /** As the server does with a request that takes longer than it may: 408 in the request's turn, and the connection ends. */
  #giveUp(): void {
    this.#isGivenUp = true;
    this.#memory.release();
    const { socket } = this.#request;
    const { server } = socket as Socket & { readonly server: Server };
    const late = Object.assign(new Error("the body comes too slowly"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    server.emit("clientError", late, socket);
  }
}
