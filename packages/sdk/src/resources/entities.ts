import { type ApiPromise, mapSettled } from "../api-promise.js";
import type { BulkOptions, BulkResult, BulkSource } from "../bulk.js";
import { loadMany } from "../load.js";
import type {
  EntityInput,
  EntityInputOf,
  EntityOf,
  EntityUpserted,
  ErasedEntity,
  ExportLine,
  Idempotent,
  Moment,
  PageQuery,
  TemplateTypes,
} from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { callForData, callForWrite, listOf } from "./shared.js";

/** Which entities to list. */
export interface EntityQuery extends PageQuery {
  /** Only entities of this type. */
  readonly entityType?: string;
}

/** Which changes to list: oldest first, erased entities included. */
export interface EntityChangesQuery extends EntityQuery {
  /** Only changes at or after this moment. */
  readonly updatedSince: Moment;
}

/** What became of an erasure. */
export type EntityDeleted =
  | {
      readonly alreadyGone: false;
      /** Its receipt: `client.erasures.get(erasureId)`. */
      readonly erasureId: string;
      /** `running`: reads already answer 404, and a job is still redacting events. */
      readonly status: "completed" | "running";
    }
  /** An earlier attempt's answer was lost, and then the entity was not there: it is erased, without a receipt to show. */
  | { readonly alreadyGone: true; readonly erasureId: undefined; readonly status: undefined };

/**
 * The players, games and other things you store; `data` is typed by the client's template, if it has one.
 *
 * @example
 * await client.entities.upsert({ entityType: "game", externalId: "game_42", data: { name: "Dice" } });
 * const { data } = await client.entities.get("game_42");
 */
export class Entities<T extends TemplateTypes | undefined = undefined> {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates the entity, or replaces the one with this `externalId`: `data` whole, not merged. PII fields are sealed
   * before they are stored. Repeating it is safe: it carries an Idempotency-Key.
   *
   * A row of `list` can be sent back: the server decrypts each ciphertext that belongs to this entity and field and stores its
   * value. Any other ciphertext is rejected.
   *
   * @throws ValidationError with every fault in `details`, ciphertext that is not this record's among them; APIError `TEMPLATE_NOT_CONFIGURED` before a template is
   * chosen; GoneError if what this Idempotency-Key wrote was erased since; ArgumentError for an `externalId` that is
   * empty, `.` or `..`, since no path could ever read it back.
   * @example
   * const { id, action } = await client.entities.upsert({
   *   entityType: "player",
   *   externalId: "player_12345",
   *   data: { email: "ada@example.com", country: "GB", currency: "GBP" },
   * });
   */
  upsert(
    entity: EntityInputOf<T>,
    options?: OptionsOf<"upsertEntity">,
  ): ApiPromise<Idempotent<EntityUpserted>> {
    return callForWrite(this.#transport, "upsertEntity", { body: entity as EntityInput }, options);
  }

  /**
   * Creates or replaces any number of entities, in batches of up to 1,000, several at once. It takes from the source only
   * what it can send, so a million rows need no more memory than a few batches. Items of one `externalId` are stored in the
   * source's order, so the last one remains. Bad items are reported and the others stored, so look at `failed`. Rows of
   * `list` can be sent back, as by `upsert`; ciphertext that does not belong to its entity and field fails that item.
   *
   * There is no deadline: a rate limit pauses the whole load for up to 15 minutes. Stop it with `signal`.
   *
   * @throws BulkError for what stops the load, with what is `unfinished`; `cause` is the reason.
   * @example
   * const { succeeded, failed } = await client.entities.upsertMany(rows(), {
   *   onProgress: ({ settled }) => bar.update(settled),
   *   onFailure: async ({ item, code, message }) => rejects.write({ item, code, message }),
   * });
   */
  upsertMany<Item extends EntityInputOf<T>>(
    items: BulkSource<Item>,
    options?: BulkOptions<Item>,
  ): Promise<BulkResult<Item>> {
    return loadMany(this.#transport, "batchEntities", items, options);
  }

  /**
   * Reads one entity, its PII in clear. The read leaves an access record.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`, also after it was erased.
   * @example
   * const { data } = await client.entities.get("player_12345");
   */
  get(externalId: string, options?: OptionsOf<"getEntity">): ApiPromise<EntityOf<T>> {
    const found = callForData(this.#transport, "getEntity", { path: { externalId } }, options);
    return found as ApiPromise<unknown> as ApiPromise<EntityOf<T>>;
  }

  /**
   * Goes through the entities, newest first; each PII field is a ciphertext string here, which `upsert` takes back. With `updatedSince` it goes
   * through the changes since then instead.
   *
   * @example
   * for await (const entity of client.entities.list({ entityType: "player" })) console.log(entity.external_id);
   */
  list(
    query?: EntityQuery & { readonly updatedSince?: undefined },
    options?: OptionsOf<"listEntities">,
  ): List<EntityOf<T>>;
  /**
   * Goes through what changed since a moment, oldest change first; an entity that was erased comes as `{ id, erased_at }`. Each
   * PII field is a ciphertext string here.
   *
   * Go through the list to its end, and begin the next one with the last `updated_at` or `erased_at` you saw. Entities of one
   * batch share a time, so a list that you leave early may not pass them. With `entityType` each request examines at most 1,000
   * changes: a rare type may take many requests, and `pages()` gives empty pages between.
   *
   * @example
   * for await (const change of client.entities.list({ updatedSince: new Date("2026-04-01") })) {
   *   if ("erased_at" in change) await forget(change.id);
   *   else await copy(change.id, change.data);
   * }
   */
  list(query: EntityChangesQuery, options?: OptionsOf<"listEntities">): List<EntityOf<T> | ErasedEntity>;
  list(
    query: EntityQuery & { readonly updatedSince?: Moment | undefined } = {},
    options?: OptionsOf<"listEntities">,
  ): List<EntityOf<T>> {
    return listOf(this.#transport, "listEntities", query, options) as List<unknown> as List<EntityOf<T>>;
  }

  /**
   * Goes through everything that is stored about one entity, in clear: the entity, its states by key, its events oldest
   * first. Lines are parsed as they arrive, so any number of them takes the same memory. Each `for await` is one request,
   * sent when you begin; the export is written to the audit log.
   *
   * Retries end with the first byte. From then on `timeoutMs` (30 s by default) bounds each wait for more, and there is no
   * deadline. If the transfer breaks off, even cleanly, the loop throws: begin again, and use nothing of a loop that did not end
   * by itself. It is no snapshot: what changes meanwhile may or may not be in it.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND`; ConnectionError or TimeoutError for a transfer that broke off.
   * @example
   * for await (const line of client.entities.export("player_12345")) {
   *   if (line.type === "event") console.log(line.event_type, line.data);
   * }
   */
  export(externalId: string, options?: OptionsOf<"exportEntity">): AsyncIterable<ExportLine> {
    return {
      [Symbol.asyncIterator]: () =>
        this.#transport.lines<ExportLine>("exportEntity", { path: { externalId } }, options),
    };
  }

  /**
   * Erases an entity: the right to erasure. From this moment reads answer 404; the receipt tells what was removed.
   * If an attempt's answer is lost and the next one finds nothing, the entity counts as erased: `alreadyGone`.
   *
   * @throws NotFoundError `ENTITY_NOT_FOUND` if it was not there to begin with.
   * @example
   * const { erasureId, status } = await client.entities.delete("player_12345");
   */
  delete(externalId: string, options?: OptionsOf<"eraseEntity">): ApiPromise<EntityDeleted> {
    const sent = this.#transport.callUntilGone(
      "eraseEntity",
      "ENTITY_NOT_FOUND",
      { path: { externalId } },
      options,
    );
    return mapSettled<Awaited<typeof sent>["data"], EntityDeleted>(sent, (answer) =>
      answer === undefined
        ? { alreadyGone: true, erasureId: undefined, status: undefined }
        : { alreadyGone: false, ...answer.data },
    );
  }
}
