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

/** Returns how many there were. */
export async function deleteStates(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
): Promise<number> {
  return tx("states").where({ operator_id: operatorId, entity_id: entityId }).delete();
}

/** Whether the entity has more events than `eventsMax`, without counting them all. */
export async function hasMoreEvents(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  eventsMax: number,
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    "select from events where operator_id = ? and entity_id = ? order by occurred_at, id offset ? limit 1",
    [operatorId, entityId, eventsMax],
  );
  return rowCount > 0;
}

/** Where a redaction got to, in full precision. */
export interface EventPosition {
  readonly at: string;
  readonly id: string;
}

/** Redacts an erased entity's next events, oldest first. `last` is undefined when none is left. */
export async function redactEvents(
  tx: TenantTransaction,
  entityId: string,
  after: EventPosition | undefined,
  rowsMax: number,
): Promise<{ redacted: number; last: EventPosition | undefined }> {
  const { rows } = await tx.raw("select redacted, last_at::text, last_id from redact_events(?, ?, ?, ?)", [
    entityId,
    after?.at ?? null,
    after?.id ?? null,
    rowsMax,
  ]);
  const { redacted, last_at: at, last_id: id } = rows[0];
  return { redacted: Number(redacted), last: at === null ? undefined : { at, id } };
}

export interface NewErasure {
  readonly operatorId: string;
  readonly id: string;
  readonly entityId: string;
  readonly status: ErasureRow["status"];
  readonly eventsRedacted: number;
  readonly statesRemoved: number;
  readonly repliesPurged: number;
}

export async function insertErasure(tx: TenantTransaction, erasure: NewErasure): Promise<void> {
  await tx("erasures").insert({
    operator_id: erasure.operatorId,
    id: erasure.id,
    entity_id: erasure.entityId,
    status: erasure.status,
    events_redacted: erasure.eventsRedacted,
    states_removed: erasure.statesRemoved,
    replies_purged: erasure.repliesPurged,
    completed_at: erasure.status === "completed" ? tx.fn.now() : null,
  });
}

/** The entities whose erasure goes on in the background. */
export async function listRunningErasures(tx: TenantTransaction, operatorId: string): Promise<string[]> {
  return tx("erasures").where({ operator_id: operatorId, status: "running" }).pluck("entity_id");
}

export interface RunningErasureRow {
  readonly id: string;
  readonly events_after_at: string | null;
  readonly events_after_id: string | null;
}

/** Takes the running erasure of an entity for the rest of the transaction, so that its batches follow one another. */
export async function lockRunningErasure(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
): Promise<RunningErasureRow | undefined> {
  const { rows } = await tx.raw(
    `select id, events_after_at::text, events_after_id
     from erasures
     where operator_id = ? and entity_id = ? and status = 'running'
     for update`,
    [operatorId, entityId],
  );
  return rows[0];
}

/** Writes down how far an erasure got; without `last` it is completed. Returns how many events it has redacted in all. */
export async function updateErasure(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  { redacted, last }: { redacted: number; last: EventPosition | undefined },
): Promise<number> {
  const { rows } = await tx.raw(
    `update erasures
     set events_redacted = events_redacted + ?,
       events_after_at = ?,
       events_after_id = ?,
       status = ?,
       completed_at = case when ?::text is null then clock_timestamp() end
     where operator_id = ? and id = ?
     returning events_redacted`,
    [
      redacted,
      last?.at ?? null,
      last?.id ?? null,
      last === undefined ? "completed" : "running",
      last?.id ?? null,
      operatorId,
      id,
    ],
  );
  return Number(rows[0].events_redacted);
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
