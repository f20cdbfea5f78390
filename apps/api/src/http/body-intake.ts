import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { type Reservation, unreservedBytesMax } from "./memory-budget.js";
import type { MinimumRate, Watch } from "./minimum-rate.js";

/** How much is reserved ahead for a body of unknown size, or one that arrives slowly. */
const aheadBytes = 262_144;

/**
 * The memory of one large body while it arrives. Its announced size is reserved before it is read, so that concurrent bodies do not wait
 * for each other half-read. After one second, only the received bytes stay reserved, plus twice the bytes of the last second: a client
 * cannot block others by announcing a large body that it does not send.
 */
export class BodyIntake {
  readonly #request: IncomingMessage;
  readonly #memory: Reservation;
  readonly #rate: MinimumRate;
  readonly #bytesMax: number;
  #watch: Watch | undefined;
  #isGivenUp = false;
  #bytes = 0;
  /** The bytes received at the last check; undefined before the first one. */
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

  /** Whether the client was too slow and the server has given up on the body. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Reserves memory before the first byte is read. Rejects with `SERVICE_UNAVAILABLE`. */
  async announce(bytes: number): Promise<void> {
    if (bytes > unreservedBytesMax) await this.#memory.resize(Math.min(bytes, this.#bytesMax));
    this.#startWatch();
  }

  /** Counts received bytes. If it returns a promise, read no more until that has resolved. */
  add(bytes: number): Promise<void> | undefined {
    this.#bytes += bytes;
    if (this.#bytes <= unreservedBytesMax || this.#bytes <= this.#memory.bytes) return undefined;
    const room = this.#memory.resize(Math.min(this.#bytes + aheadBytes, this.#bytesMax));
    return room?.then(() => this.#watch?.restart());
  }

  /** Ends the intake when the body is complete, or when reading it fails. */
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
    // The first check may run immediately.
    if (before === undefined) return;
    this.#memory.shrinkTo(this.#bytes + Math.max(aheadBytes, 2 * (this.#bytes - before)));
  }

  /** Same outcome as Node's request timeout: 408 in the request's turn, then the connection is closed. */
  #giveUp(): void {
    this.#isGivenUp = true;
    this.#memory.release();
    const { socket } = this.#request;
    const { server } = socket as Socket & { readonly server: Server };
    const late = Object.assign(new Error("the body comes too slowly"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    server.emit("clientError", late, socket);
  }
}
