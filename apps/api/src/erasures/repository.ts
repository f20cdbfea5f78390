import type { TenantTransaction } from "@onehazel/db";

/** Locks the living entity against every write about it and takes the change's time. Undefined when there is none. */
export async function lockEntity(
  tx: TenantTransaction,
  operatorId: string,
  externalId: string,
): Promise<string | undefined> {
  const { rows } = await tx.raw(
    "select id from entities where operator_id = ? and external_id = ? for update",
    [operatorId, externalId],
  );
  return rows[0]?.id;
}

export async function eraseEntityRow(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  externalIdHash: Buffer,
): Promise<void> {
  await tx.raw(
    `with stamp as materialized (select change_stamp(?) as at)
     update entities
     set external_id = null,
       external_id_hash = ?,
       entity_type = null,
       data = '{"erased": true}',
       sealed = '{}',
       master_key_id = null,
       updated_at = stamp.at,
       erased_at = stamp.at
     from stamp
     where operator_id = ? and id = ?`,
    [operatorId, externalIdHash, operatorId, entityId],
  );
}

/** Stores a running erasure. It keeps the hash of the external id until completion, because responses and reports are indexed by it. */
export async function insertErasure(
  tx: TenantTransaction,
  erasure: {
    readonly operatorId: string;
    readonly id: string;
    readonly entityId: string;
    readonly externalId: string;
  },
): Promise<void> {
  await tx.raw(
    `insert into erasures (operator_id, id, entity_id, status, step, subject)
     values (?, ?, ?, 'running', 'states', sha256(convert_to(?, 'UTF8')))`,
    [erasure.operatorId, erasure.id, erasure.entityId, erasure.externalId],
  );
}

/** Redacts up to `rowsMax` rows of an entity that is being erased. Returns whether that was everything. */
export async function eraseAtOnce(
  tx: TenantTransaction,
  entityId: string,
  rowsMax: number,
): Promise<boolean> {
  const { rows } = await tx.raw("select erase_at_once(?, ?) as is_whole", [entityId, rowsMax]);
  return rows[0].is_whole;
}

/** The result of one step of an erasure. */
export interface ErasureStep {
  /** Undefined when no erasure of the entity is running. */
  readonly erasureId: string | undefined;
  readonly changed: number;
  readonly isDone: boolean;
}

/** Redacts the next rows, at most `rowsMax`, and stores the erasure's progress. */
export async function advanceErasure(
  tx: TenantTransaction,
  entityId: string,
  rowsMax: number,
): Promise<ErasureStep> {
  const { rows } = await tx.raw("select erasure_id, changed, is_done from advance_erasure(?, ?)", [
    entityId,
    rowsMax,
  ]);
  const { erasure_id: erasureId, changed, is_done: isDone } = rows[0];
  return { erasureId: erasureId ?? undefined, changed: Number(changed), isDone };
}

/** The entities whose erasure is still running in the background. */
export async function listRunningErasures(tx: TenantTransaction, operatorId: string): Promise<string[]> {
  return tx("erasures").where({ operator_id: operatorId, status: "running" }).pluck("entity_id");
}

export interface ErasureRow {
  readonly id: string;
  readonly entity_id: string;
  readonly status: "completed" | "running";
  /** Counts come as text: they are 64-bit. */
  readonly events_redacted: string;
  readonly states_removed: string;
  readonly replies_purged: string;
  readonly requested_at: Date;
  readonly completed_at: Date | null;
}

export async function findErasure(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<ErasureRow | undefined> {
  return tx("erasures").where({ operator_id: operatorId, id }).first();
}
