import type { TenantTransaction } from "@onehazel/db";
import type { RememberedRow } from "../../http/idempotency/remembered.js";

/** Blocks the operator's erasures until the end of the transaction. Returns false if the operator has no erased entity. */
export async function beginReport(tx: TenantTransaction, operatorId: string): Promise<boolean> {
  const { rows } = await tx.raw("select begin_report(?) as any_erased", [operatorId]);
  return rows[0].any_erased;
}

/** Returns the names that an erased entity had and no living one has. The parameters are pairs of a name and one of its hashes. */
export async function listErasedNames(
  tx: TenantTransaction,
  operatorId: string,
  { names, hashes }: { readonly names: readonly string[]; readonly hashes: readonly Buffer[] },
): Promise<readonly string[]> {
  const { rows } = await tx.raw("select list_erased_names(?, ?, ?) as erased", [
    operatorId,
    names as string[],
    hashes as Buffer[],
  ]);
  return rows[0].erased;
}

/** A stored response of a batch, with the hashed external ids in it that must not be returned any more. */
export interface RememberedBatch extends RememberedRow {
  readonly hidden: readonly Buffer[];
}

/**
 * The live row of a batch's Idempotency-Key. One statement reads response and hidden ids: between two statements, an erasure could
 * finish and remove its hidden ids.
 */
export async function findLiveBatch(
  tx: TenantTransaction,
  operatorId: string,
  idempotencyHash: Buffer,
): Promise<RememberedBatch | undefined> {
  const { rows } = await tx.raw(
    `select w.status, w.reply, w.fingerprint, w.fingerprint_master_key_id, w.erased,
       case
         when has_running_erasure(?)
         then list_hidden_subjects(?, substring(left(w.reply, 100) from 'job_[0-9a-f]{16}'))
         else '{}'
       end as hidden
     from remembered_write(?, ?) w
     where w.outcome is not null`,
    [operatorId, operatorId, operatorId, idempotencyHash],
  );
  return rows[0];
}

/** Deletes a report; the stored response that repeats it keeps only key and expiry. Returns whether the report existed. */
export async function deleteJob(tx: TenantTransaction, operatorId: string, id: string): Promise<boolean> {
  const { rows } = await tx.raw(
    `with gone as (
       delete from batch_jobs where operator_id = ? and id = ? returning id, key_hash
     ),
     emptied as (
       update idempotency_keys k
       set fingerprint = null, master_key_id = null, status = null, reply = null, erased = true
       from gone
       where k.operator_id = ? and k.key_hash = gone.key_hash and position(gone.id in left(k.reply, 100)) > 0
     )
     select count(*)::int as deleted from gone`,
    [operatorId, id, operatorId],
  );
  return rows[0].deleted > 0;
}
