import type { ApiPromise } from "../api-promise.js";
import type {
  BatchEntityInput,
  BatchEventInput,
  BatchResult,
  BatchStateInput,
  Idempotent,
} from "../models.js";
import type { BodyOf } from "../operations.js";
import type { OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { BatchJobs } from "./batch-jobs.js";
import { callForWrite } from "./shared.js";

/**
 * Many writes in one request of at most 16 MiB. Good items are stored and bad ones reported in `errors`, so look at
 * `failed`: a batch of which nothing was stored resolves too. Repeating it is safe: it carries an Idempotency-Key.
 *
 * @example
 * const { jobId, succeeded, failed } = await client.batch.entities(players);
 */
export class Batch {
  /** What became of your batches. */
  readonly jobs: BatchJobs;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.jobs = new BatchJobs(transport);
  }

  /**
   * Creates or replaces up to 1,000 entities. Of several with one `externalId` the last is what remains.
   *
   * @throws BadRequestError `BATCH_TOO_LARGE`, nothing stored; APIError `TEMPLATE_NOT_CONFIGURED`; PayloadTooLargeError.
   * @example
   * const { failed, errors } = await client.batch.entities(players);
   * for (const { index, code, message } of errors) console.error(players[index]?.externalId, code, message);
   */
  entities(
    items: readonly BatchEntityInput[],
    options?: OptionsOf<"batchEntities">,
  ): ApiPromise<Idempotent<BatchResult>> {
    return callForWrite(this.#transport, "batchEntities", { body: items as BatchEntityInput[] }, options);
  }

  /**
   * Records up to 5,000 events. One for an entity that does not exist is reported.
   *
   * @throws BadRequestError `BATCH_TOO_LARGE`, nothing stored; APIError `TEMPLATE_NOT_CONFIGURED`; PayloadTooLargeError.
   * @example
   * const { succeeded } = await client.batch.events([
   *   { externalId: "player_12345", eventType: "session", data: {}, occurredAt: new Date() },
   * ]);
   */
  events(
    items: readonly BatchEventInput[],
    options?: OptionsOf<"batchEvents">,
  ): ApiPromise<Idempotent<BatchResult>> {
    return callForWrite(this.#transport, "batchEvents", { body: items as BodyOf<"batchEvents"> }, options);
  }

  /**
   * Sets up to 1,000 states. Of several with one `externalId` and `stateKey` the last is what remains.
   *
   * @throws BadRequestError `BATCH_TOO_LARGE`, nothing stored; APIError `TEMPLATE_NOT_CONFIGURED`; PayloadTooLargeError.
   * @example
   * await client.batch.states([{ externalId: "player_12345", stateKey: "balance", value: 150.5 }]);
   */
  states(
    items: readonly BatchStateInput[],
    options?: OptionsOf<"batchStates">,
  ): ApiPromise<Idempotent<BatchResult>> {
    return callForWrite(this.#transport, "batchStates", { body: items as BatchStateInput[] }, options);
  }
}
