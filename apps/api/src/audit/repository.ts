import {
  type Database,
  type ExaminedRow,
  type Scope,
  type TenantTransaction,
  unforeseen,
  withinExamined,
} from "@onehazel/db";
import type { Access } from "../http/context.js";
import type { Position } from "../http/cursor.js";

/** One act, as a row of a log. */
export interface ActRow {
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string | null };
  readonly requestId: string | null;
}

interface Place {
  readonly table: string;
  readonly tenantColumn: string;
  readonly tenantId: string;
}

function placeOf(scope: Scope): Place {
  return "operatorId" in scope
    ? { table: "audit_log", tenantColumn: "operator_id", tenantId: scope.operatorId }
    : { table: "platform_audit_log", tenantColumn: "platform_id", tenantId: scope.platformId };
}

export async function insertAct(tx: TenantTransaction, scope: Scope, act: ActRow): Promise<void> {
  const { table, tenantColumn, tenantId } = placeOf(scope);
  await tx(table).insert({
    [tenantColumn]: tenantId,
    actor_type: act.actor.type,
    actor_id: act.actor.id,
    action: act.action,
    target_type: act.target.type,
    target_id: act.target.id,
    request_id: act.requestId,
  });
}

/** An access, and when it was by a clock that only has to be that of `nowMs`. */
export interface TimedAccess {
  readonly access: Access;
  readonly atMs: number;
}

/** Writes the accesses of many operators in one round trip. */
export async function insertAccesses(
  db: Database,
  accesses: readonly TimedAccess[],
  nowMs: number,
): Promise<void> {
  const groups = new Map<string, object[]>();
  for (const { access, atMs } of accesses) {
    const { operatorId, actor, action, target, entityId, requestId } = access;
    const group = groups.get(operatorId) ?? [];
    if (group.length === 0) groups.set(operatorId, group);
    group.push({
      ageMs: nowMs - atMs,
      actorType: actor.type,
      actorId: actor.id,
      action,
      targetType: target.type,
      targetId: target.id,
      entityId,
      requestId,
    });
  }
  const json = JSON.stringify([...groups].map(([operatorId, group]) => ({ operatorId, accesses: group })));
  await db.query("record_accesses", "select record_accesses($1)", [json]);
}

export interface AuditRow extends Partial<ExaminedRow> {
  readonly id: string;
  readonly at: Date;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string | null;
  readonly request_id: string | null;
  /** `at` in full precision. */
  readonly position: string;
}

export interface AuditFilter {
  readonly action: string | undefined;
  readonly targetId: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly after: Position | undefined;
  readonly rowsMax: number;
}

/** Newest first. */
export async function listActs(
  tx: TenantTransaction,
  scope: Scope,
  filter: AuditFilter,
): Promise<AuditRow[]> {
  const { text, values } = listStatement(scope, filter);
  const { rows } = await tx.raw(text, values);
  return rows;
}

/**
 * The statement of the list; exported so that tests can look at its plan. There is an index on the target and one on the action. With
 * both filters, a page has a bound on examined rows. The cursor's bound comes first: PostgreSQL starts an index scan at the first of
 * several bounds on one side, so otherwise every page would scan from the beginning.
 */
export function listStatement(
  scope: Scope,
  { action, targetId, from, to, after, rowsMax }: AuditFilter,
): { text: string; values: (string | number | Date)[] } {
  const { table, tenantColumn, tenantId } = placeOf(scope);
  const indexed =
    targetId === undefined ? { column: "action", value: action } : { column: "target_id", value: targetId };
  const hasBoth = action !== undefined && targetId !== undefined;
  const acts = `select id, at, actor_type, actor_id, action, target_type, target_id, request_id,
       to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
     from ${table}
     where ${tenantColumn} = ?
       ${indexed.value === undefined ? "" : `and ${indexed.column} = ${unforeseen}`}
       ${after === undefined ? "" : "and (at, id) < (?::timestamptz, ?::uuid)"}
       ${from === undefined ? "" : "and at >= ?"}
       ${to === undefined ? "" : "and at < ?"}
     order by at desc, id desc`;
  return {
    text: hasBoth ? withinExamined(acts, "action = ?") : `${acts} limit ?`,
    values: [
      ...(hasBoth ? [action] : []),
      tenantId,
      ...(indexed.value === undefined ? [] : [indexed.value]),
      ...(after === undefined ? [] : [after.at, after.id]),
      ...(from === undefined ? [] : [from]),
      ...(to === undefined ? [] : [to]),
      rowsMax,
    ],
  };
}
