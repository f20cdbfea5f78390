import type { ApiPromise } from "../api-promise.js";
import type { BulkOptions, BulkResult, BulkSource } from "../bulk.js";
import { ArgumentError } from "../errors.js";
import { loadMany } from "../load.js";
import type { BatchStateInput, Idempotent, State } from "../models.js";
import type { OptionsOf } from "../options.js";
import { toJson } from "../request.js";
import type { Transport } from "../transport.js";
import { callAfter, callForData, callForWrite } from "./shared.js";

/**
 * What is true of your entities now: one JSON value for each state key of your template.
 *
 * @example
 * await client.states.set("player_12345", "balance", 150.5);
 * const { value } = await client.states.get("player_12345", "balance");
 */
export class States {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sets one state; the last write wins. Repeating it is safe: it carries an Idempotency-Key.
   *
   * @param value Any JSON value, null included; it is read back as it is given, also an object like `{ value: 1 }`.
   * @throws NotFoundError `ENTITY_NOT_FOUND`; BadRequestError `INVALID_STATE_KEY`; GoneError if the entity was erased
   * since; ArgumentError for what JSON can't hold, `undefined` included.
   * @example
   * await client.states.set("player_12345", "balance", 150.5);
   */
  set(
    externalId: string,
    key: string,
    value: unknown,
    options?: OptionsOf<"setState">,
  ): ApiPromise<Idempotent<{ readonly stateKey: string; readonly value: unknown }>> {
    return callAfter(async () => {
      // Without it the wrapper would be an empty object, and that is a value too.
      if (toJson(value) === undefined) throw new ArgumentError("value must be a JSON value");
      const input = { path: { externalId, key }, body: { value } };
      return callForWrite(this.#transport, "setState", input, options).withResponse();
    });
  }

  /**
   * Sets any number of states, in batches of up to 1,000, several at once, with constant memory. States of one `externalId`
   * are set in the source's order, so of several under one key the last remains. Bad ones are reported and the others set,
   * so look at `failed`.
   *
   * There is no deadline: a rate limit pauses the whole load for up to 15 minutes. Stop it with `signal`.
   *
   * @throws BulkError for what stops the load, with what is `unfinished`; `cause` is the reason.
   * @example
   * await client.states.setMany(players.map(({ id, balance }) => ({ externalId: id, stateKey: "balance", value: balance })));
   */
  setMany<Item extends BatchStateInput>(
    items: BulkSource<Item>,
    options?: BulkOptions<Item>,
  ): Promise<BulkResult<Item>> {
    return loadMany(this.#transport, "batchStates", items, options);
  }

  /**
   * Reads all states of an entity, by key; a further page is asked for only where they are large.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`.
   * @example
   * const states = await client.states.list("player_12345");
   */
  list(externalId: string, options?: OptionsOf<"listStates">): ApiPromise<State[]> {
    return callAfter(async () => {
      const data: State[] = [];
      let cursor: string | null | undefined;
      for (;;) {
        const query = cursor ? { cursor } : {};
        const page = await this.#transport.call("listStates", { path: { externalId }, query }, options);
        data.push(...page.data.data);
        cursor = page.data.nextCursor;
        if (!cursor) return { ...page, data };
      }
    });
  }

  /**
   * Reads one state.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`, `STATE_NOT_FOUND`; BadRequestError `INVALID_STATE_KEY`.
   * @example
   * const { value } = await client.states.get("player_12345", "balance");
   */
  get(externalId: string, key: string, options?: OptionsOf<"getState">): ApiPromise<State> {
    return callForData(this.#transport, "getState", { path: { externalId, key } }, options);
  }
}
