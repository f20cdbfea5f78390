import type { TenantTransaction } from "@onehazel/db";
import type { WalkStep } from "./rows/repository.js";

export async function upsertResealRequest(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw(
    `insert into reseal_requests (operator_id)
     values (?)
     on conflict (operator_id) do update set requested_at = excluded.requested_at`,
    [operatorId],
  );
}

/** A request whose walk has not ended, or not begun. */
export interface OpenRequest {
  readonly requested_at: string;
  /** Which request the walk that is under way is for; null when there is none. */
  readonly walk_of: string | null;
  readonly step: WalkStep;
  /** The key of the last row that was looked at. */
  readonly after: readonly string[] | null;
  /** The master key that the walk seals under; null when none has begun. */
  readonly master_key_id: string | null;
}

export async function hasOpenRequest(tx: TenantTransaction, operatorId: string): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `select from reseal_requests
     where operator_id = ? and (completed_at is null or walk_of is distinct from requested_at)`,
    [operatorId],
  );
  return rowCount > 0;
}

/** Whether a walk that seals under this master key was begun for the present request, and has not ended. */
export async function isUnderWay(
  tx: TenantTransaction,
  operatorId: string,
  masterKeyId: string,
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `select from reseal_requests
     where operator_id = ? and walk_of = requested_at and completed_at is null and master_key_id = ?`,
    [operatorId, masterKeyId],
  );
  return rowCount > 0;
}

/**
 * Takes the open request for the rest of the transaction. Whoever changes the template waits for that, or we for them; so a walk
 * never outlives the template that it reads.
 */
export async function lockOpenRequest(
  tx: TenantTransaction,
  operatorId: string,
): Promise<OpenRequest | undefined> {
  const { rows } = await tx.raw(
    `select requested_at::text, walk_of::text, coalesce(step, 'entities') as step, after, master_key_id
     from reseal_requests
     where operator_id = ? and (completed_at is null or walk_of is distinct from requested_at)
     for update`,
    [operatorId],
  );
  return rows[0];
}

/** Begins the walk that a request asks for, whatever another was at. */
export async function beginWalk(
  tx: TenantTransaction,
  operatorId: string,
  masterKeyId: string,
): Promise<void> {
  await tx.raw(
    `update reseal_requests
     set walk_of = requested_at, step = 'entities', after = null, master_key_id = ?,
       rows_seen = 0, rows_sealed = 0, rows_failed = 0, completed_at = null
     where operator_id = ?`,
    [masterKeyId, operatorId],
  );
}

/** What the database is to be sealed under, by the last rotation; undefined when there was none. */
export async function findRotationTarget(tx: TenantTransaction): Promise<string | undefined> {
  const { rows } = await tx.raw(
    "select id from master_keys where rotated_to_at is not null order by rotated_to_at desc, id limit 1",
  );
  return rows[0]?.id;
}

/** From now on this transaction gives up on a lock before PostgreSQL looks for a deadlock, so it is never a request that dies of one. */
export async function giveWaySoon(tx: TenantTransaction): Promise<void> {
  await tx.raw("set local lock_timeout = '500ms'");
}

export interface WalkProgress {
  readonly seen: number;
  readonly sealed: number;
  readonly failed: number;
  /** Undefined: the walk has ended. */
  readonly step: WalkStep | undefined;
  readonly after: readonly string[] | undefined;
}

/** Adds to the walk's counts. Returns what they have come to. */
export async function updateWalk(
  tx: TenantTransaction,
  operatorId: string,
  progress: WalkProgress,
): Promise<{ rowsSeen: number; rowsSealed: number; rowsFailed: number }> {
  const { rows } = await tx.raw(
    `update reseal_requests
     set rows_seen = rows_seen + ?,
       rows_sealed = rows_sealed + ?,
       rows_failed = rows_failed + ?,
       step = ?,
       after = ?,
       completed_at = case when ?::text is null then clock_timestamp() end
     where operator_id = ?
     returning rows_seen, rows_sealed, rows_failed`,
    [
      progress.seen,
      progress.sealed,
      progress.failed,
      progress.step ?? null,
      progress.after === undefined ? null : JSON.stringify(progress.after),
      progress.step ?? null,
      operatorId,
    ],
  );
  const { rows_seen, rows_sealed, rows_failed } = rows[0];
  return { rowsSeen: Number(rows_seen), rowsSealed: Number(rows_sealed), rowsFailed: Number(rows_failed) };
}

/** The PII fields of each type, as the operator's template has them now; none without a template. */
export async function findPiiFields(
  tx: TenantTransaction,
  operatorId: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await tx.raw(
    `select coalesce(b.schema, t.schema) -> 'pii_fields' as pii_fields
     from settings s
     left join builtin_templates b on b.id = s.template_id
     left join templates t on t.operator_id = s.operator_id and t.id = s.template_id
     where s.operator_id = ?`,
    [operatorId],
  );
  return rows[0]?.pii_fields ?? {};
}

export async function findSalt(tx: TenantTransaction, operatorId: string): Promise<Buffer | undefined> {
  return (await tx("operators").where({ id: operatorId }).first("pii_salt"))?.pii_salt;
}
