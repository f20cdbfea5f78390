import type { TemplateTypes } from "./models.js";
import type { ClientOptions } from "./options.js";
import { ApiKeys } from "./resources/api-keys.js";
import { AuditLog } from "./resources/audit-log.js";
import { Batch } from "./resources/batch.js";
import { Entities } from "./resources/entities.js";
import { Erasures } from "./resources/erasures.js";
import { Events } from "./resources/events.js";
import { OperatorSettings } from "./resources/settings.js";
import { States } from "./resources/states.js";
import { Templates } from "./resources/templates.js";
import { type RawClient, Transport } from "./transport.js";

/**
 * An operator's client.
 *
 * @throws ArgumentError if an option is missing or malformed; its message never shows the key.
 * @example
 * const client = new OneHazel({ apiKey, baseUrl: "http://localhost:8080" });
 * await client.entities.upsert({ entityType: "player", externalId: "player_12345", data });
 *
 * const typed = new OneHazel<typeof template>({ apiKey, baseUrl }); // `data` as your template, `as const`, has it
 */
export class OneHazel<T extends TemplateTypes | undefined = undefined> {
  /** The players, games and other things you store. */
  readonly entities: Entities<T>;
  /** What happened to them. */
  readonly events: Events;
  /** What is true of them now. */
  readonly states: States;
  /** Many writes in one request. */
  readonly batch: Batch;
  /** The receipts of erasures. */
  readonly erasures: Erasures;
  /** Your own API keys. */
  readonly apiKeys: ApiKeys;
  /** Who did what. */
  readonly auditLog: AuditLog;
  /** Your template and your retention. */
  readonly settings: OperatorSettings;
  /** The templates you can choose, and your own. */
  readonly templates: Templates;
  /**
   * Every operation by method and path, typed by the specification, with the same retries.
   *
   * @example
   * const { data, error } = await client.raw.GET("/operator-data-api/entities/{externalId}", {
   *   params: { path: { externalId: "player_12345" } },
   * });
   */
  readonly raw: RawClient;

  constructor(options: ClientOptions) {
    const transport = new Transport("operator", options);
    this.entities = new Entities(transport);
    this.events = new Events(transport);
    this.states = new States(transport);
    this.batch = new Batch(transport);
    this.erasures = new Erasures(transport);
    this.apiKeys = new ApiKeys(transport);
    this.auditLog = new AuditLog(transport, "listOperatorAudit");
    this.settings = new OperatorSettings(transport);
    this.templates = new Templates(transport);
    this.raw = transport.raw;
  }
}
