import { cutPage, type TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import type { Context, TransactionContext } from "../http/context.js";
import { type OperatorCredential, type PlatformCredential, tenantIdOf } from "../http/credential.js";
import { scopeOf } from "../http/dispatch.js";
import type { InputOf } from "../http/operation.js";
import { parseInstant } from "../http/time.js";
import { type ActRow, type AuditFilter, type AuditRow, insertAct, listActs } from "./repository.js";

type AuditPage = components["schemas"]["AuditPage"];
type AuditEntry = AuditPage["data"][number];

/** Every act that is written down: what it was done to, and what was done. */
export type AuditAction =
  | "platform.create"
  | `operator.${"create" | "update" | "suspend" | "reactivate" | "destroy"}`
  | `key.${"create" | "rename" | "revoke" | "delete"}`
  | `template.${"create" | "update" | "delete"}`
  | `user.${"link" | "unlink"}`
  | "settings.update"
  | `entity.${"erase" | "export"}`;

/** A read of personal data in clear. */
export type AccessAction = "entity.read" | "event.read";

export interface Act {
  readonly action: AuditAction;
  /** An id of ours, never a name that the operator gave. */
  readonly targetId: string;
  /** When a platform acts on an operator that its transaction manages: the act stands in that operator's log too. */
  readonly operatorId?: string;
}

/**
 * Writes one act down in the transaction that does it: who, what, to what, under which request id; never data. The actor is
 * the credential's, the kind of target the action's first word.
 *
 * @example
 * await audit(context, { action: "key.revoke", targetId: id });
 */
export async function audit(
  { tx, credential, requestId }: TransactionContext,
  { action, targetId, operatorId }: Act,
): Promise<void> {
  // The id of a key may be written in capitals by whoever sends it.
  const target = { type: targetType(action), id: targetId.toLowerCase() };
  const row = { actor: credential.actor, action, target, requestId };
  await insertAct(tx, scopeOf(credential), row);
  if (credential.reach === "platform" && operatorId !== undefined) await insertAct(tx, { operatorId }, row);
}

/** An act of the server's command line. It stands in the platform's log, and in the operator's where it is done to one. */
export interface CommandAct extends Act {
  readonly platformId: string;
}

/**
 * Writes down what the server's command line does, in the transaction that does it, which runs under the platform's scope and
 * manages the operator, if there is one. The actor has no id: whoever may run it owns the database.
 */
export async function auditCommand(
  tx: TenantTransaction,
  { action, targetId, platformId, operatorId }: CommandAct,
): Promise<void> {
  const row: ActRow = {
    actor: { type: "commandLine", id: null },
    action,
    target: { type: targetType(action), id: targetId.toLowerCase() },
    requestId: null,
  };
  await insertAct(tx, { platformId }, row);
  if (operatorId !== undefined) await insertAct(tx, { operatorId }, row);
}

/** An operator's destruction stands in its platform's log: the operator's own goes with it. */
export async function auditDestruction(
  tx: TenantTransaction,
  platformId: string,
  operatorId: string,
): Promise<void> {
  const actor = { type: "commandLine", id: null };
  const target = { type: "operator", id: operatorId };
  await insertAct(tx, { platformId }, { actor, action: "operator.destroy", target, requestId: null });
}

/** Notes that a person's data was returned decrypted: an entity, or an event of `entityId`. The row is written within about a second. */
export function noteAccess(
  { credential, requestId, noteAccess: note }: Context<OperatorCredential>,
  action: AccessAction,
  targetId: string,
  entityId = targetId,
): void {
  const target = { type: targetType(action), id: targetId };
  note({ operatorId: credential.operatorId, actor: credential.actor, action, target, entityId, requestId });
}

/** What was done at an operator, its platform's acts on it and reads of clear PII among it. Newest first. */
export function listOperatorAudit(
  context: TransactionContext<OperatorCredential>,
  query: InputOf<"listOperatorAudit">["query"],
): Promise<AuditPage> {
  return listAudit(context, "listOperatorAudit", query);
}

/** What a platform did. Newest first. */
export function listPlatformAudit(
  context: TransactionContext<PlatformCredential>,
  query: InputOf<"listPlatformAudit">["query"],
): Promise<AuditPage> {
  return listAudit(context, "listPlatformAudit", query);
}

async function listAudit(
  { tx, credential, cursors }: TransactionContext,
  operationId: string,
  query: InputOf<"listOperatorAudit">["query"],
): Promise<AuditPage> {
  const { action, targetId, from, to, limit = 50, cursor } = query;
  const scope = { operationId, tenantId: tenantIdOf(credential), filters: { action, targetId, from, to } };
  const filter: AuditFilter = {
    action,
    targetId: targetId?.toLowerCase(),
    from: from === undefined ? undefined : parseInstant(from, "from"),
    to: to === undefined ? undefined : parseInstant(to, "to"),
    after: cursors.decode(scope, cursor),
    rowsMax: limit + 1,
  };
  const rows = await listActs(tx, scopeOf(credential), filter);
  const { shown, last } = cutPage(rows, limit);
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

function targetType(action: AuditAction | AccessAction): string {
  return action.slice(0, action.indexOf("."));
}

function present(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { type: row.actor_type as AuditEntry["actor"]["type"], id: row.actor_id },
    action: row.action,
    target: { type: row.target_type, id: row.target_id },
    requestId: row.request_id,
  };
}
