import type { Tenant } from "@onehazel/fair-share";
import pg from "pg";
import { type ConnectionOptions, clientConfig, type SessionOptions } from "./connection-options.js";
import type { Database } from "./database.js";
import { FairPool, serverItself } from "./fair-pool.js";
import { GroupedCalls } from "./grouped-calls.js";
import { briefLockWaitMs, LockPatience } from "./lock-patience.js";
import { boundWaits } from "./lock-wait.js";
import { MergedReads } from "./merged-reads.js";
import { knexOver } from "./pooled-client.js";
import type { PreparedStatement } from "./prepared-query.js";
import { ProblemMemory } from "./problem-memory.js";
import type { OutcomeListener, QueryListener } from "./query-listener.js";
import { runAndRelease, runGroupAndRelease } from "./run-and-release.js";
import { type DatabaseCore, TenantDatabase } from "./tenant-database.js";

/**
 * `poolMax`: connections at most, default 10. `acquireTimeoutMs`: how long to wait for one, queue and connecting
 * together, default 5,000. `lockTimeoutMs`: default 10,000; `statementTimeoutMs` and `idleInTransactionTimeoutMs`:
 * none unless given. `releasesWhileLocked`: a call that waits for a lock releases its connection after 200 ms and retries in its
 * tenant's turn, for `lockTimeoutMs` in total; default false. `onIdleError` is called when an idle connection is lost, `onQuery` after
 * every statement.
 */
export interface DatabaseOptions extends ConnectionOptions, SessionOptions {
  poolMax?: number;
  releasesWhileLocked?: boolean;
  onIdleError?: (error: Error) => void;
  onQuery?: QueryListener;
}

const idleTimeoutMs = 60_000;

/**
 * Opens a pool; connects lazily, so it neither waits nor throws when the database is away. `timestamptz` comes back
 * as `Date`, `int8` and `numeric` as string, `date` as `YYYY-MM-DD`, `json` and `jsonb` parsed. Errors are those of
 * `pg`: ask `isUnavailable` about them.
 *
 * @example
 * const db = openDatabase({ connectionString: url, role: "onehazel_server", statementTimeoutMs: 10_000 });
 * const { rows } = await db.query<{ now: Date }>("clock", "select now()");
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { poolMax = 10, lockTimeoutMs = 10_000, acquireTimeoutMs = 5_000 } = options;
  // 0 means no lock timeout: a waiting call would never release its connection.
  const releasesWhileLocked = options.releasesWhileLocked === true && lockTimeoutMs > 0;
  const lockWaitMs = Math.min(briefLockWaitMs, lockTimeoutMs || briefLockWaitMs);
  const config = clientConfig(releasesWhileLocked ? { ...options, lockTimeoutMs: lockWaitMs } : options);
  const pool = new pg.Pool({ ...config, max: poolMax, idleTimeoutMillis: idleTimeoutMs });
  pool.on("error", (error) => options.onIdleError?.(error));
  // A checked-out connection that breaks between two statements has no other listener, and that ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const fairPool = new FairPool(pool, { connectionsMax: poolMax, waitMs: acquireTimeoutMs });
  const patience = releasesWhileLocked
    ? new LockPatience({ connectionsMax: poolMax, lockTimeoutMs })
    : undefined;
  const runSingle = singleRunner(fairPool, patience);
  const knex = knexOver({ connect: () => fairPool.connect(serverItself) }, options.onQuery);
  const problems = new ProblemMemory();
  let closing: Promise<void> | undefined;
  const core: DatabaseCore = {
    pool,
    fairPool,
    runSingle,
    grouped: new GroupedCalls(fairPool, { runSingle, lockWaitMs, retriesLocked: releasesWhileLocked }),
    merged: new MergedReads(fairPool),
    transactions: { pool: fairPool, knex, patience },
    problems,
    outcomes: { read: outcomeListener(problems, false), write: outcomeListener(problems, true) },
    onQuery: options.onQuery,
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
  return new TenantDatabase(core, serverItself);
}

function outcomeListener(problems: ProblemMemory, isWrite: boolean): OutcomeListener {
  return {
    onSuccess: () => problems.noteSuccess({ isWrite }),
    onError: (error) => problems.noteError(error),
  };
}

function singleRunner(pool: FairPool, patience: LockPatience | undefined): DatabaseCore["runSingle"] {
  const attempt = async (tenant: Tenant, statement: PreparedStatement, lockWaitMs: number | undefined) => {
    const client = await pool.connect(tenant);
    if (lockWaitMs === undefined) return runAndRelease(client, statement);
    const [, result] = await runGroupAndRelease(client, [boundWaits(lockWaitMs), statement]);
    return result as pg.QueryResult;
  };
  return patience === undefined
    ? (tenant, statement) => attempt(tenant, statement, undefined)
    : (tenant, statement) => patience.run(tenant, (lockWaitMs) => attempt(tenant, statement, lockWaitMs));
}
