import type { Tenant } from "@onehazel/fair-share";
import type { Knex } from "knex";
import type { FairPool, LongWork } from "./fair-pool.js";
import type { LockPatience } from "./lock-patience.js";
import { releaseAfterKnex } from "./pooled-client.js";

/** Settings that hold for one transaction. */
export type TransactionSettings = Readonly<Record<string, string>>;

/** Who runs a transaction, and whether it keeps the database busy for long. */
export interface Work {
  readonly tenant: Tenant;
  readonly longWork: LongWork | undefined;
}

export interface TransactionOptions {
  readonly pool: FairPool;
  readonly knex: Knex;
  readonly patience: LockPatience | undefined;
}

/**
 * Runs `work` in one transaction on a connection from the tenant's share. With `patience`, `work` is rolled back after a lock timeout
 * and run again from its start, so it must not have side effects outside the transaction.
 */
export function runTransaction<T>(
  { pool, knex, patience }: TransactionOptions,
  { tenant, longWork }: Work,
  settings: TransactionSettings,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const attempt = async (lockWaitMs: number | undefined): Promise<T> => {
    // With `lockWaitMs` the call holds one of the few turns for lock waits. It must not also wait for other long work.
    const isLong = longWork !== undefined && lockWaitMs === undefined;
    const connection = await (isLong ? pool.connectForLong(tenant, longWork) : pool.connect(tenant));
    const all = lockWaitMs === undefined ? settings : { ...settings, lock_timeout: `${lockWaitMs}ms` };
    try {
      return await knex.transaction(
        async (transaction) => {
          await applySettings(transaction, all);
          return work(transaction);
        },
        { connection },
      );
    } finally {
      releaseAfterKnex(connection);
    }
  };
  return patience === undefined ? attempt(undefined) : patience.run(tenant, attempt);
}

async function applySettings(transaction: Knex.Transaction, settings: TransactionSettings): Promise<void> {
  const entries = Object.entries(settings);
  if (entries.length === 0) return;
  const calls = entries.map(() => "set_config(?, ?, true)").join(", ");
  await transaction.raw(`select ${calls}`, entries.flat());
}
