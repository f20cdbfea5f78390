import type { ClientOptions } from "./options.js";
import { AuditLog } from "./resources/audit-log.js";
import { Operators } from "./resources/operators.js";
import { type RawClient, Transport } from "./transport.js";

/**
 * A platform's client: it makes operators and their keys, and never sees an operator's data.
 *
 * @throws ArgumentError if an option is missing or malformed; its message never shows the key.
 * @example
 * const platform = new OneHazelPlatform({ apiKey, baseUrl });
 * const operator = await platform.operators.create({ name: "Lucky Spin Casino" });
 * const { key } = await platform.operators.apiKeys.create(operator.id);
 */
export class OneHazelPlatform {
  /** Your operators and their API keys. */
  readonly operators: Operators;
  /** What your platform did. */
  readonly auditLog: AuditLog;
  /** Every operation by method and path, typed by the specification, with the same retries. */
  readonly raw: RawClient;

  constructor(options: ClientOptions) {
    const transport = new Transport("platform", options);
    this.operators = new Operators(transport);
    this.auditLog = new AuditLog(transport, "listPlatformAudit");
    this.raw = transport.raw;
  }
}
