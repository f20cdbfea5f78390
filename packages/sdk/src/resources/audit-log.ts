import type { AuditEntry, AuditQuery } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { listOf } from "./shared.js";

type AuditOperationId = "listOperatorAudit" | "listPlatformAudit";

/**
 * Who did what: an operator's log, with what its platform did to it and who read PII in clear, or a platform's own.
 *
 * @example
 * const [latest] = await client.auditLog.list().toArray({ limit: 1 });
 */
export class AuditLog {
  readonly #transport: Transport;
  readonly #id: AuditOperationId;

  constructor(transport: Transport, id: AuditOperationId) {
    this.#transport = transport;
    this.#id = id;
  }

  /**
   * Goes through the entries, newest first.
   *
   * @example
   * const query = { action: "settings.update", from: new Date("2026-04-01") };
   * for await (const { at, actor } of client.auditLog.list(query)) console.log(at, actor.type, actor.id);
   */
  list(query: AuditQuery = {}, options?: OptionsOf<AuditOperationId>): List<AuditEntry> {
    return listOf(this.#transport, this.#id, query, options);
  }
}
