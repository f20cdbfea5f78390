import type { Tenant } from "@onehazel/fair-share";
import type { Knex } from "knex";
import type pg from "pg";
import type { DatabaseProblem } from "./errors.js";
import type { LongWork } from "./fair-pool.js";
import type { GroupedCall } from "./grouped-calls.js";
import type { MergedRead } from "./merged-reads.js";
import type { TransactionSettings } from "./transactions.js";

/** One connection pool: `query`, `queryGrouped` and `queryMerged` are for hot paths, `transaction` is for everything else. */
export interface Database {
  readonly pool: pg.Pool;
  readonly knex: Knex;
  /**
   * The same database, where every connection is taken from the tenant's share. Without it, work counts as the server's own. With
   * `longWork`, its transactions count as work that keeps the database busy for long: all of that kind hold at most half of the
   * connections.
   */
  for(tenant: Tenant, longWork?: LongWork): Database;
  /** What the database's own resources lack, if a statement failed for it in the last five seconds. */
  readonly problem: DatabaseProblem | undefined;
  /** The number of callers that wait for a connection, and the time since a working connection was last released. */
  readonly load: { readonly waiting: number; readonly sinceReleaseMs: number };
  /**
   * Runs one statement as a prepared one. `name` (63 bytes at most) must always go with the same `text`.
   * If a statement fails, its connection stays in the pool; a broken connection is closed.
   */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    name: string,
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  /** Like `query`, in one transaction with concurrent calls of the same `key` (compared by identity). */
  queryGrouped<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    key: object,
    call: GroupedCall,
  ): Promise<pg.QueryResult<Row>>;
  /** Like `query`, in one statement with concurrent calls of the same `key`. Resolves with the rows of all of them. */
  queryMerged<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    key: object,
    read: MergedRead,
  ): Promise<pg.QueryResult<Row>>;
  /** Runs `work` in one transaction with these settings; after a lock timeout, `work` may run again. Prefer `inTenant`. */
  transaction<T>(
    settings: TransactionSettings,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T>;
  /** Waits until all connections are released, then closes them; may be called again. */
  close(): Promise<void>;
}
