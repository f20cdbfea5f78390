import type { Tenant } from "@onehazel/fair-share";
import type { Knex } from "knex";
import type pg from "pg";
import type { DatabaseProblem } from "./errors.js";
import type { LongWork } from "./fair-pool.js";
import type { GroupedCall } from "./grouped-calls.js";
import type { MergedRead } from "./merged-reads.js";
import type { TransactionSettings } from "./transactions.js";

/** One pool of connections with its ways in: `query` and its siblings for hot paths, `transaction` for everything else. */
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
  /** Callers that wait for a connection, and milliseconds since one was last given back in good order. */
  readonly load: { readonly waiting: number; readonly sinceReleaseMs: number };
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
  /** Runs `work` in one transaction with these settings; it may be run again after it met a held lock. Prefer `inTenant`. */
  transaction<T>(
    settings: TransactionSettings,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T>;
  /** Waits for what is checked out, then closes every connection; may be called again. */
  close(): Promise<void>;
}
