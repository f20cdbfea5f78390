import type { Knex } from "knex";
import pg from "pg";
import { type ConnectionOptions, clientConfig, type SessionOptions } from "./connection-options.js";
import { type GroupedCall, GroupedCalls } from "./grouped-calls.js";
import { type MergedRead, MergedReads } from "./merged-reads.js";
import { knexOver } from "./pooled-client.js";
import type { PreparedStatement } from "./prepared-query.js";
import { type QueryListener, timed } from "./query-listener.js";
import { runAndRelease } from "./run-and-release.js";

/**
 * `poolMax`: connections at most, default 10. `acquireTimeoutMs`: how long to wait for one, queue and connecting
 * together, default 5,000. `lockTimeoutMs`: default 10,000; `statementTimeoutMs` and `idleInTransactionTimeoutMs`:
 * none unless given. `onIdleError` hears of connections lost while nobody used them, `onQuery` of every statement when it ended.
 */
export interface DatabaseOptions extends ConnectionOptions, SessionOptions {
  poolMax?: number;
  onIdleError?: (error: Error) => void;
  onQuery?: QueryListener;
}

/** One pool of connections with its ways in: `pool` and `query` for hot paths, `knex` for everything else. */
export interface Database {
  readonly pool: pg.Pool;
  readonly knex: Knex;
  /**
   * Runs one statement as a prepared one. `name` (63 bytes at most) must always go with the same `text`.
   * A refused statement leaves its connection in the pool; a broken connection is thrown away.
   */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    name: string,
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /** The same, in one transaction with others of the same `key` (by identity) that come at once: none has one of its own. */
  queryGrouped<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    key: object,
    call: GroupedCall,
  ): Promise<pg.QueryResult<Row>>;
  /** The same, in one statement with others of the same `key` that come at once; resolves with the rows of all of them. */
  queryMerged<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    key: object,
    read: MergedRead,
  ): Promise<pg.QueryResult<Row>>;
  /** Waits for what is checked out, then closes every connection; may be called again. */
  close(): Promise<void>;
}

const idleTimeoutMs = 60_000;
/** Well above what a commit takes, well below the second after which PostgreSQL looks for deadlocks. */
const groupLockTimeoutMs = 200;

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
  const pool = new pg.Pool({
    ...clientConfig(options),
    max: options.poolMax ?? 10,
    idleTimeoutMillis: idleTimeoutMs,
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  // A checked-out connection that breaks between two statements has no other listener, and that ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const lockTimeoutMs = Math.min(groupLockTimeoutMs, options.lockTimeoutMs || groupLockTimeoutMs);
  const groupedCalls = new GroupedCalls(pool, lockTimeoutMs);
  const mergedReads = new MergedReads(pool);
  let closing: Promise<void> | undefined;
  const heard = <Row extends pg.QueryResultRow>(
    { name, text }: Pick<PreparedStatement, "name" | "text">,
    run: () => Promise<pg.QueryResult>,
  ) => timed(options.onQuery, name, text, run as () => Promise<pg.QueryResult<Row>>);
  return {
    pool,
    knex: knexOver(pool, options.onQuery),
    query: (name, text, values = []) => {
      const statement = { name, text, values };
      return heard(statement, async () => runAndRelease(await pool.connect(), statement));
    },
    queryGrouped: (key, call) => heard(call, () => groupedCalls.run(key, call)),
    queryMerged: (key, read) => heard(read, () => mergedReads.run(key, read)),
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}
