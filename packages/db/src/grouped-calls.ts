import type pg from "pg";
import { isUnavailable } from "./errors.js";
import { Gathering } from "./gathering.js";
import type { PreparedStatement } from "./prepared-query.js";
import { runAndRelease, runGroupAndRelease } from "./run-and-release.js";

/** A call that may share a transaction with others. */
export interface GroupedCall extends PreparedStatement {
  /** Instead of `values` where another call of the group goes before it. */
  readonly valuesAfter: readonly unknown[];
  /** A group's calls run in the order of this, so that two groups wait for each other in one order; among equals as they came. */
  readonly orderBy: string;
}

interface Waiting {
  readonly call: GroupedCall;
  readonly resolve: (result: pg.QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends calls that come at once in one transaction: they share a round trip, a commit, and what only the first of them has to ask.
 *
 * What one of them is refused for undoes the others, so each runs by itself then, and is answered for itself. That holds for a lock too
 * that somebody else has: those who need not wait for it shall not.
 */
export class GroupedCalls {
  readonly #pool: pg.Pool;
  readonly #boundLocks: PreparedStatement;
  readonly #gathering: Gathering<Waiting>;

  /** `lockTimeoutMs`: how long a group waits for a lock. */
  constructor(pool: pg.Pool, lockTimeoutMs: number) {
    this.#pool = pool;
    this.#boundLocks = {
      name: "bound_locks",
      text: "select set_config('lock_timeout', $1, true)",
      values: [`${lockTimeoutMs}ms`],
    };
    this.#gathering = new Gathering({
      pool,
      perform: (client, calls) => this.#perform(client, calls),
      refuse: (error, calls) => this.#refuse(error, calls),
    });
  }

  /** Calls under the same `key`, which is told by its identity, may go together. Rejects as if the call were alone. */
  run(key: object, call: GroupedCall): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => this.#gathering.add(key, { call, resolve, reject }));
  }

  async #perform(client: pg.PoolClient, calls: Waiting[]): Promise<void> {
    const [only, another] = calls;
    if (only !== undefined && another === undefined)
      return only.resolve(await runAndRelease(client, only.call));
    calls.sort(({ call: one }, { call: other }) => compare(one.orderBy, other.orderBy));
    const statements = calls.map(({ call: { name, text, values, valuesAfter } }, index) => ({
      name,
      text,
      values: index === 0 ? values : valuesAfter,
    }));
    const [, ...results] = await runGroupAndRelease(client, [this.#boundLocks, ...statements]);
    for (const [index, { resolve }] of calls.entries()) resolve(results[index] as pg.QueryResult);
  }

  #refuse(error: unknown, calls: readonly Waiting[]): void {
    const isForOne = calls.length > 1 && !isUnavailable(error);
    for (const { call, resolve, reject } of calls) {
      if (isForOne) this.#runAlone(call).then(resolve, reject);
      else reject(error);
    }
  }

  async #runAlone(call: PreparedStatement): Promise<pg.QueryResult> {
    return runAndRelease(await this.#pool.connect(), call);
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
