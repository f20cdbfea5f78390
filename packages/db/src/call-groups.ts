import type pg from "pg";
import { isUnavailable } from "./errors.js";
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

/** As many do not wait for the end of the turn: the database has something to do while the others of the turn are read. */
const callsEnough = 4;
/** What one connection does before others have their turn, and whose locks one transaction holds. */
const callsMax = 16;

interface Group {
  readonly calls: Waiting[];
  isUnderWay: boolean;
}

/**
 * Sends calls together that come in one turn of the event loop, or while no connection is free. Under load they share a round trip, a
 * commit, and what only the first of them has to ask; a call that comes alone goes as any statement does, and no later.
 *
 * A group is one transaction. What one of its calls is refused for undoes the others, so each runs by itself then, and is answered for
 * itself. That holds for a lock too that somebody else has: those who need not wait for it shall not.
 */
export class CallGroups {
  readonly #pool: pg.Pool;
  readonly #first: readonly PreparedStatement[];
  readonly #gathering = new Map<object, Group>();

  /** `lockTimeoutMs`: how long a group waits for a lock; undefined: as long as any statement of the pool. */
  constructor(pool: pg.Pool, lockTimeoutMs?: number) {
    this.#pool = pool;
    this.#first = lockTimeoutMs === undefined ? [] : [boundLocks(lockTimeoutMs)];
  }

  /** Calls under the same `key`, which is told by its identity, may go together. Rejects as if the call were alone. */
  run(key: object, call: GroupedCall): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => {
      const group = this.#groupFor(key);
      group.calls.push({ call, resolve, reject });
      if (group.calls.length === callsEnough) this.#send(key, group);
    });
  }

  #groupFor(key: object): Group {
    const gathering = this.#gathering.get(key);
    if (gathering !== undefined && gathering.calls.length < callsMax) return gathering;
    const group: Group = { calls: [], isUnderWay: false };
    this.#gathering.set(key, group);
    setImmediate(() => this.#send(key, group));
    return group;
  }

  #send(key: object, group: Group): void {
    if (group.isUnderWay) return;
    group.isUnderWay = true;
    void this.#perform(key, group);
  }

  async #perform(key: object, group: Group): Promise<void> {
    const { calls } = group;
    try {
      const client = await this.#pool.connect();
      this.#close(key, group);
      const results = await this.#runAll(client, calls);
      for (const [index, { resolve }] of calls.entries()) resolve(results[index] as pg.QueryResult);
    } catch (error) {
      this.#close(key, group);
      const isRefused = calls.length > 1 && !isUnavailable(error);
      for (const { call, resolve, reject } of calls) {
        if (isRefused) this.#runAlone(call).then(resolve, reject);
        else reject(error);
      }
    }
  }

  /** Who comes from here on is of the next one. */
  #close(key: object, group: Group): void {
    if (this.#gathering.get(key) === group) this.#gathering.delete(key);
  }

  async #runAll(client: pg.PoolClient, calls: Waiting[]): Promise<readonly pg.QueryResult[]> {
    const [only, another] = calls;
    if (only !== undefined && another === undefined) return [await runAndRelease(client, only.call)];
    calls.sort(({ call: one }, { call: other }) => compare(one.orderBy, other.orderBy));
    const statements = calls.map(({ call: { name, text, values, valuesAfter } }, index) => ({
      name,
      text,
      values: index === 0 ? values : valuesAfter,
    }));
    const results = await runGroupAndRelease(client, [...this.#first, ...statements]);
    return results.slice(this.#first.length);
  }

  async #runAlone(call: PreparedStatement): Promise<pg.QueryResult> {
    return runAndRelease(await this.#pool.connect(), call);
  }
}

function boundLocks(lockTimeoutMs: number): PreparedStatement {
  const text = "select set_config('lock_timeout', $1, true)";
  return { name: "bound_locks", text, values: [`${lockTimeoutMs}ms`] };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
