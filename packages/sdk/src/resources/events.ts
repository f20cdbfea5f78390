import { type ApiPromise, mapSettled } from "../api-promise.js";
import type { BulkOptions, BulkResult, BulkSource } from "../bulk.js";
import { loadMany } from "../load.js";
import type { BatchEventInput, Event, EventInput, Idempotent, Moment, PageQuery } from "../models.js";
import type { BodyOf } from "../operations.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { callForData, callForWrite, listOf } from "./shared.js";

/** Which of an entity's events to list. */
export interface EventQuery extends PageQuery {
  /** Only events of this type. */
  readonly eventType?: string;
  /** Occurred at or after this moment. */
  readonly from?: Moment;
  /** Occurred before this moment. */
  readonly to?: Moment;
  /** The archived events instead of the others. */
  readonly archived?: boolean;
}

/** What recording an event answers. */
export interface EventRecorded {
  readonly id: string;
  /** It had been recorded before under this Idempotency-Key, perhaps by an attempt of this call whose answer was lost. */
  readonly isDuplicate: boolean;
}

/**
 * What happened to your entities. Append-only.
 *
 * @example
 * await client.events.record("player_12345", { eventType: "session", data: { device: "phone" } });
 */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Records an event. PII fields are sealed before they are stored. Repeating it is safe: it carries an Idempotency-Key,
   * and under the same key nothing is recorded twice. A ciphertext from a list is rejected: it is valid only in the event that
   * it was read from.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`; ValidationError, also for a type that your template lacks; APIError
   * `TEMPLATE_NOT_CONFIGURED` before a template is chosen; GoneError if the entity was erased since.
   * @example
   * const { id, isDuplicate } = await client.events.record(
   *   "player_12345",
   *   { eventType: "transaction", data: { type: "deposit", amount: 50, currency: "GBP" }, occurredAt: new Date() },
   *   { idempotencyKey: await idempotencyKeyFrom("payments", payment.id) },
   * );
   */
  record(
    externalId: string,
    event: EventInput,
    options?: OptionsOf<"recordEvent">,
  ): ApiPromise<Idempotent<EventRecorded>> {
    // A Date writes itself as ISO 8601.
    const input = { path: { externalId }, body: event as BodyOf<"recordEvent"> };
    return mapSettled(
      callForWrite(this.#transport, "recordEvent", input, options).withResponse(),
      ({ action, ...recorded }) => ({ ...recorded, isDuplicate: action === "duplicate" }),
    );
  }

  /**
   * Records any number of events, in batches of up to 5,000, several at once, with constant memory. Events of one
   * `externalId` are recorded in the source's order. Bad ones are reported and the others recorded, so look at `failed`.
   *
   * Within one load nothing is recorded twice, whatever answers are lost. Give `idempotencyKey` to have that when your
   * program begins the same load again within 24 hours: what is recorded counts as `replayed` too, and what failed is tried again.
   *
   * There is no deadline: a rate limit pauses the whole load for up to 15 minutes. Stop it with `signal`.
   *
   * @throws BulkError for what stops the load, with what is `unfinished`; `cause` is the reason.
   * @example
   * const { succeeded, failures } = await client.events.recordMany(deposits(), { idempotencyKey: "deposits-2026-04" });
   * for (const { item, code } of failures) console.error(item.externalId, code);
   */
  recordMany<Item extends BatchEventInput>(
    items: BulkSource<Item>,
    options?: BulkOptions<Item>,
  ): Promise<BulkResult<Item>> {
    return loadMany(this.#transport, "batchEvents", items, options);
  }

  /**
   * Goes through an entity's events, newest `occurred_at` first; each PII field is a ciphertext string here.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`, when you begin.
   * @example
   * const from = new Date("2026-04-01");
   * for await (const { event_type, data } of client.events.list("player_12345", { from })) console.log(event_type, data);
   */
  list(externalId: string, query: EventQuery = {}, options?: OptionsOf<"listEvents">): List<Event> {
    return listOf(this.#transport, "listEvents", query, options, { externalId });
  }

  /**
   * Reads one event, its PII in clear, archived or not. The read leaves an access record.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`, `EVENT_NOT_FOUND`.
   * @example
   * const { data } = await client.events.get("player_12345", "eev_79b1c0f1e2d3c4b5");
   */
  get(externalId: string, eventId: string, options?: OptionsOf<"getEvent">): ApiPromise<Event> {
    return callForData(this.#transport, "getEvent", { path: { externalId, eventId } }, options);
  }
}
