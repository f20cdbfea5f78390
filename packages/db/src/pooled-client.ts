import { createRequire } from "node:module";
import knex, { type Knex } from "knex";
import type pg from "pg";
import { isUnavailable } from "./errors.js";
import { type QueryListener, timed } from "./query-listener.js";

/** What knex needs of a pool, and what a single session can offer as well. */
export interface ConnectionSource {
  connect(): Promise<pg.PoolClient>;
}

const broken = new WeakSet<object>();

// knex has no typed entry for its dialects; this path is the one its own resolver loads.
const PostgresClient = createRequire(import.meta.url)(
  "knex/lib/dialects/postgres/index.js",
) as typeof knex.Client;

/**
 * knex's PostgreSQL dialect on a pool that isn't knex's, so that hot paths and query builder share one set of
 * connections. knex itself would give a terminated session back as if it were sound, and leave checked-out ones
 * without a listener, where an `error` event ends the process.
 */
class PooledClient extends PostgresClient {
  override async acquireConnection(): Promise<pg.PoolClient> {
    return (this.config.connectionPool as ConnectionSource).connect();
  }

  override async releaseConnection(connection: pg.PoolClient): Promise<void> {
    releaseAfterKnex(connection);
  }

  override async query(connection: pg.PoolClient, statement: unknown): Promise<unknown> {
    const text = typeof statement === "string" ? statement : ((statement as { sql?: string }).sql ?? "");
    try {
      const { onQuery } = this.config as { onQuery?: QueryListener };
      return await timed(onQuery, { name: undefined, text }, () => super.query(connection, statement));
    } catch (error) {
      if (isUnavailable(error)) broken.add(connection);
      throw error;
    }
  }
}

/** Gives a connection that knex has used back to its pool, or closes it if it cannot be used again. */
export function releaseAfterKnex(connection: pg.PoolClient): void {
  // knex marks connections that it gave up on. "I" is idle: a session that is still in a transaction must not be reused.
  const unsound = broken.has(connection) || "__knex__disposed" in connection;
  connection.release(unsound || connection.getTransactionStatus() !== "I");
}

const silent = { warn() {}, error() {}, debug() {}, deprecate() {} };

/** A knex over connections that somebody else owns: close the source, not the knex. */
export function knexOver(source: ConnectionSource, onQuery?: QueryListener): Knex {
  const config: Knex.Config & { onQuery?: QueryListener } = {
    client: PooledClient,
    connectionPool: source as unknown as NonNullable<Knex.Config["connectionPool"]>,
    // The oldest server we support; saves asking each one.
    version: "15.0",
    // Else knex writes the bound values into the messages of its errors.
    compileSqlOnError: false,
    log: silent,
    ...(onQuery === undefined ? {} : { onQuery }),
  };
  return knex(config);
}
