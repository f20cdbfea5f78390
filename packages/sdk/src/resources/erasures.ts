import type { ApiPromise } from "../api-promise.js";
import type { Erasure } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { callForData } from "./shared.js";

/**
 * The receipts of erasures.
 *
 * @example
 * const { status } = await client.erasures.get(erasureId);
 */
export class Erasures {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Reads the receipt of an erasure: whether it is complete, and how much it removed.
   *
   * @throws NotFoundError `ERASURE_NOT_FOUND`.
   * @example
   * const { status, eventsRedacted } = await client.erasures.get(erasureId);
   */
  get(erasureId: string, options?: OptionsOf<"getErasure">): ApiPromise<Erasure> {
    return callForData(this.#transport, "getErasure", { path: { id: erasureId } }, options);
  }
}
