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

/** Leaves key and expiry of every remembered reply about the entity, and nothing else. Returns how many there were. */
export async function purgeReplies(
  tx: TenantTransaction,
  operatorId: string,
  externalId: string,
): Promise<number> {
  const { rowCount } = await tx.raw(
    `update idempotency_keys
     set fingerprint = null,
       master_key_id = null,
       subject = null,
       status = null,
       reply = null,
       erased = true
     where operator_id = ? and subject = sha256(convert_to(?, 'UTF8'))`,
    [operatorId, externalId],
  );
  return rowCount;
}

export async function insertErasure(
  tx: TenantTransaction,
  erasure: { operatorId: string; id: string; entityId: string; repliesPurged: number },
): Promise<void> {
  await tx("erasures").insert({
    operator_id: erasure.operatorId,
    id: erasure.id,
    entity_id: erasure.entityId,
    status: "completed",
    replies_purged: erasure.repliesPurged,
    completed_at: tx.fn.now(),
  });
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
