import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@onehazel/db";
import type { TestApi } from "./harness.js";

/** A transaction that stays open as long as a test wants, past row-level security. */
export interface HeldTransaction {
  run(text: string, values?: unknown[]): Promise<void>;
  /** Ends it and its session. */
  end(how: "commit" | "rollback"): Promise<void>;
}

export async function holdTransaction(api: TestApi): Promise<HeldTransaction> {
  const db = openDatabase({
    ...api.database.superuser,
    poolMax: 1,
    applicationName: "held",
    lockTimeoutMs: 0,
  });
  const client = await db.pool.connect();
  // Of two that wait for each other the other one shall be broken.
  await client.query("set deadlock_timeout = '60s'");
  await client.query("begin");
  return {
    run: async (text, values = []) => void (await client.query(text, values)),
    end: async (how) => {
      await client.query(how);
      client.release();
      await db.close();
    },
  };
}

const waitersTimeoutMs = 120_000;

/** Resolves once so many sessions of the server wait for a lock in this database. */
export async function lockWaiters(api: TestApi, countMin: number): Promise<void> {
  const deadlineMs = performance.now() + waitersTimeoutMs;
  while (performance.now() < deadlineMs) {
    const [row] = await api.sql<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity
       where datname = $1 and usename = 'onehazel_server' and wait_event_type = 'Lock'`,
      [api.database.databaseName],
    );
    if ((row?.waiting ?? 0) >= countMin) return;
    await sleep(20);
  }
  throw new Error(`fewer than ${countMin} sessions wait for a lock`);
}
