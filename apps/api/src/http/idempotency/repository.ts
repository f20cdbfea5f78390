import { isLockTimeout, type Scope, type TenantTransaction } from "@onehazel/db";
import { inProgress, type RememberedRow } from "./remembered.js";
import type { IdempotencyRequest } from "./request.js";

interface Place {
  readonly table: string;
  readonly tenantColumn: string;
  readonly tenantId: string;
}

function placeOf(scope: Scope): Place {
  return "operatorId" in scope
    ? { table: "idempotency_keys", tenantColumn: "operator_id", tenantId: scope.operatorId }
    : { table: "platform_idempotency_keys", tenantColumn: "platform_id", tenantId: scope.platformId };
}

/**
 * Claims the key for this transaction: a twin waits until we end, an expired row is taken over. Returns the live row when another
 * request has claimed it before, undefined when the claim is ours. Throws `IDEMPOTENCY_IN_PROGRESS` where it waited too long.
 */
export async function claimKey(
  tx: TenantTransaction,
  scope: Scope,
  request: IdempotencyRequest,
): Promise<RememberedRow | undefined> {
  const { table, tenantColumn, tenantId } = placeOf(scope);
  const claiming = tx.raw(
    `insert into ${table} as k (${tenantColumn}, key_hash, fingerprint, master_key_id, expires_at)
     select ?, ?, ?, ?, now() + interval '24 hours' where key_held(?)
     on conflict (${tenantColumn}, key_hash) do update
       set fingerprint = excluded.fingerprint,
         master_key_id = excluded.master_key_id,
         ${table === "idempotency_keys" ? "subject = null, entity_id = null," : ""}
         status = null,
         reply = null,
         erased = false,
         expires_at = excluded.expires_at
       where k.expires_at <= now()`,
    [tenantId, request.keyHash, request.fingerprint, request.masterKeyId, request.keyHash],
  );
  const claimed = await claiming.catch((error) => {
    throw isLockTimeout(error) ? inProgress(error) : error;
  });
  return claimed.rowCount === 1 ? undefined : findLiveKey(tx, scope, request.keyHash);
}

/** The key's row while it is remembered; undefined when it is new or expired. */
export async function findLiveKey(
  tx: TenantTransaction,
  scope: Scope,
  keyHash: Buffer,
): Promise<RememberedRow | undefined> {
  const { table, tenantColumn, tenantId } = placeOf(scope);
  const columns = "status, reply, fingerprint, fingerprint_master_key_id, erased";
  const found = await tx.raw(
    table === "idempotency_keys"
      ? `select ${columns} from remembered_write(?, ?) where outcome is not null`
      : `select status, reply, fingerprint, master_key_id as fingerprint_master_key_id, erased
         from ${table}
         where ${tenantColumn} = ? and key_hash = ? and expires_at > now()`,
    [tenantId, keyHash],
  );
  return found.rows[0];
}

export async function rememberReply(
  tx: TenantTransaction,
  scope: Scope,
  keyHash: Buffer,
  reply: { status: number; text: string },
): Promise<void> {
  const { table, tenantColumn, tenantId } = placeOf(scope);
  await tx.raw(`update ${table} set status = ?, reply = ? where ${tenantColumn} = ? and key_hash = ?`, [
    reply.status,
    reply.text,
    tenantId,
    keyHash,
  ]);
}
