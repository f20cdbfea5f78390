import type { Tenant } from "@onehazel/fair-share";
import type { Knex } from "knex";
import type pg from "pg";
import type { Database } from "./database.js";
import type { DatabaseProblem } from "./errors.js";
import type { FairPool, LongWork } from "./fair-pool.js";
import type { GroupedCall, GroupedCalls, GroupedCallsOptions } from "./grouped-calls.js";
import type { MergedRead, MergedReads } from "./merged-reads.js";
import type { ProblemMemory } from "./problem-memory.js";
import { type OutcomeListener, type QueryListener, timed } from "./query-listener.js";
import { runTransaction, type TransactionOptions, type TransactionSettings } from "./transactions.js";

/** The parts that all tenants of one pool share. */
export interface DatabaseCore {
  readonly pool: pg.Pool;
  readonly fairPool: FairPool;
  readonly runSingle: GroupedCallsOptions["runSingle"];
  readonly grouped: GroupedCalls;
  readonly merged: MergedReads;
  readonly transactions: TransactionOptions;
  readonly problems: ProblemMemory;
  /** Report the outcome of statements to `problems`. */
  readonly outcomes: Readonly<Record<"read" | "write", OutcomeListener>>;
  readonly onQuery: QueryListener | undefined;
  readonly close: () => Promise<void>;
}

type Result<Row extends pg.QueryResultRow> = Promise<pg.QueryResult<Row>>;

/** The database for one tenant. Created for each request, so it holds only references. */
export class TenantDatabase implements Database {
  readonly #core: DatabaseCore;
  readonly #tenant: Tenant;
  readonly #longWork: LongWork | undefined;

  constructor(core: DatabaseCore, tenant: Tenant, longWork?: LongWork) {
    this.#core = core;
    this.#tenant = tenant;
    this.#longWork = longWork;
  }

  get pool(): pg.Pool {
    return this.#core.pool;
  }

  get knex(): Knex {
    return this.#core.transactions.knex;
  }

  get problem(): DatabaseProblem | undefined {
    return this.#core.problems.latest;
  }

  get load(): Database["load"] {
    const { waiting, sinceReleaseMs } = this.#core.fairPool;
    return { waiting, sinceReleaseMs };
  }

  for(tenant: Tenant, longWork?: LongWork): Database {
    return new TenantDatabase(this.#core, tenant, longWork);
  }

  query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[] = [],
  ): Result<Row> {
    const statement = { name, text, values };
    return this.#run(statement, () => this.#core.runSingle(this.#tenant, statement));
  }

  queryGrouped<Row extends pg.QueryResultRow>(key: object, call: GroupedCall): Result<Row> {
    return this.#run(call, () => this.#core.grouped.run(this.#tenant, key, call), this.#core.outcomes.write);
  }

  queryMerged<Row extends pg.QueryResultRow>(key: object, read: MergedRead): Result<Row> {
    return this.#run(read, () => this.#core.merged.run(this.#tenant, key, read));
  }

  async transaction<T>(
    settings: TransactionSettings,
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    const { transactions, problems } = this.#core;
    try {
      const by = { tenant: this.#tenant, longWork: this.#longWork };
      return await runTransaction(transactions, by, settings, work);
    } catch (error) {
      problems.noteError(error);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  #run<Row extends pg.QueryResultRow>(
    statement: { readonly name: string; readonly text: string },
    run: () => Promise<pg.QueryResult>,
    outcome = this.#core.outcomes.read,
  ): Result<Row> {
    return timed(this.#core.onQuery, statement, run as () => Result<Row>, outcome);
  }
}
