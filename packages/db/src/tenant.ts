import type { Knex } from "knex";
import type { Database } from "./database.js";

/** Whose rows a transaction may see and write: one operator's, or one platform's. */
export type Scope = { readonly operatorId: string } | { readonly platformId: string };

/** A transaction under a tenant's scope. */
export type TenantTransaction = Knex.Transaction;

/**
 * Runs `work` in one transaction under a tenant's scope; row-level security does the rest. Commits when `work` resolves,
 * rolls back when it rejects. Without a scope no row is seen and none is written. After a lock timeout, `work` may be rolled back
 * and run again, so it must not have side effects outside the transaction.
 *
 * @example
 * const rows = await inTenant(db, { operatorId }, (tx) => tx("settings").where({ operator_id: operatorId }));
 */
export async function inTenant<T>(
  db: Database,
  scope: Scope,
  work: (transaction: TenantTransaction) => Promise<T>,
): Promise<T> {
  const settings =
    "operatorId" in scope ? { "app.operator_id": scope.operatorId } : { "app.platform_id": scope.platformId };
  // A bitmap scan reads all matching rows before it returns the first one. Without statistics, the planner prefers it to reading a page
  // in index order.
  return db.transaction({ ...settings, enable_bitmapscan: "off" }, work);
}

/**
 * Lets a platform's transaction reach the keys of one operator. Call it only after the operator was found under the
 * platform's own scope: that is the proof of ownership, and the policies trust this setting.
 */
export async function manageOperator(transaction: TenantTransaction, operatorId: string): Promise<void> {
  await transaction.raw("select set_config('app.managed_operator_id', ?, true)", [operatorId]);
}
