import { epochMs, type TenantTransaction } from "@onehazel/db";

export interface ApiKeyRow {
  readonly id: string;
  readonly operator_id: string;
  readonly key_hash: Buffer;
  readonly label: string | null;
  readonly access: "write" | "read";
  readonly created_by: "platform" | "operator" | "user";
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

/** A key as a list shows it. */
export interface ListedKeyRow
  extends Pick<ApiKeyRow, "id" | "operator_id" | "label" | "access" | "created_by"> {
  readonly key_hash_hex: string;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number | null;
  readonly expires_at_ms: number | null;
  readonly is_revoked: boolean;
}

/** The number of an operator's active keys, and of those with write access. */
export interface ActiveKeys {
  readonly active: number;
  readonly active_write: number;
}

/** Makes changes to one operator's keys wait for each other: the guards count, and a count must hold until the commit. */
export async function lockKeys(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended('api-keys:' || ?::text, 0))", [operatorId]);
}

/**
 * The keys that are still active `:afterSeconds` from now, by the database's clock. Two reads of one index, because a condition with `or`
 * may read every key. The time is a subquery, because PostgreSQL does not search an index for a volatile value.
 */
const activeKeys = `(
  select *
  from api_keys
  where operator_id = :operatorId and revoked_at is null and expires_at is null
  union all
  select *
  from api_keys
  where operator_id = :operatorId
    and revoked_at is null
    and expires_at > (select clock_timestamp() + make_interval(secs => :afterSeconds))
)`;

/** Counts the keys that are still active `afterSeconds` from now, optionally without one of them. */
export async function countActiveKeys(
  tx: TenantTransaction,
  operatorId: string,
  { exceptId = null, afterSeconds = 0 }: { exceptId?: string | null; afterSeconds?: number } = {},
): Promise<ActiveKeys> {
  const { rows } = await tx.raw(
    `select cast(count(*) as int) as active, cast(count(*) filter (where access = 'write') as int) as active_write
     from ${activeKeys} active_keys
     where id is distinct from cast(:exceptId as uuid)`,
    { operatorId, afterSeconds, exceptId },
  );
  return rows[0];
}

/** Undefined, and nothing written, when the expiry is not in the future. */
export async function insertKey(
  tx: TenantTransaction,
  key: Pick<ApiKeyRow, "id" | "operator_id" | "key_hash" | "label" | "access" | "created_by" | "expires_at">,
): Promise<ApiKeyRow | undefined> {
  const { rows } = await tx.raw(
    `insert into api_keys (operator_id, id, key_hash, label, access, created_by, expires_at)
     select ?, ?::uuid, ?::bytea, ?, ?, ?, expiry.at
     from (select ?::timestamptz as at) expiry
     where expiry.at is null or expiry.at > clock_timestamp()
     returning *`,
    [key.operator_id, key.id, key.key_hash, key.label, key.access, key.created_by, key.expires_at],
  );
  return rows[0];
}

/** All active keys and the newest other ones, newest first, at most `keysMax` in total. Reads at most twice as many keys. */
export async function listKeys(
  tx: TenantTransaction,
  operatorId: string,
  keysMax: number,
): Promise<ListedKeyRow[]> {
  const { rows } = await tx.raw(
    `with active as (
       select * from ${activeKeys} active_keys limit :keysMax
     ),
     newest as (
       select *
       from api_keys
       where operator_id = :operatorId
       order by created_at desc, id desc
       limit :keysMax
     ),
     others as (
       select *
       from newest
       where id not in (select id from active)
       order by created_at desc, id desc
       limit :keysMax - (select count(*) from active)
     )
     select id, operator_id, label, access, created_by, encode(key_hash, 'hex') as key_hash_hex,
       ${epochMs("created_at")} as created_at_ms, ${epochMs("last_used_at")} as last_used_at_ms,
       ${epochMs("expires_at")} as expires_at_ms,
       revoked_at is not null as is_revoked
     from (select * from active union all select * from others) listed
     order by created_at desc, id desc`,
    { operatorId, keysMax, afterSeconds: 0 },
  );
  return rows;
}

export async function findKey(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<(ApiKeyRow & { readonly is_active: boolean }) | undefined> {
  const { rows } = await tx.raw(
    `select *, revoked_at is null and (expires_at is null or expires_at > clock_timestamp()) as is_active
     from api_keys
     where operator_id = ? and id = ?::uuid`,
    [operatorId, id],
  );
  return rows[0];
}

/** Returns how many rows that was: 0 or 1. */
export async function renameKey(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  label: string,
): Promise<number> {
  return tx("api_keys").where({ operator_id: operatorId, id }).update({ label });
}

export async function revokeKey(tx: TenantTransaction, operatorId: string, id: string): Promise<void> {
  await tx("api_keys")
    .where({ operator_id: operatorId, id })
    .whereNull("revoked_at")
    .update({ revoked_at: tx.fn.now() });
}

export async function deleteKey(tx: TenantTransaction, operatorId: string, id: string): Promise<void> {
  await tx("api_keys").where({ operator_id: operatorId, id }).delete();
}
