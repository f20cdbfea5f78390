import type { Tenant } from "@onehazel/fair-share";
import type pg from "pg";
import { isLockTimeout, isUnavailable } from "./errors.js";
import type { FairPool } from "./fair-pool.js";
import { Gathering } from "./gathering.js";
import { boundWaits } from "./lock-wait.js";
import type { PreparedStatement } from "./prepared-query.js";
import { runAndRelease, runGroupAndRelease } from "./run-and-release.js";

/** A call that may share a transaction with others. */
export interface GroupedCall extends PreparedStatement {
  /** Instead of `values` where another call of the group goes before it. */
  readonly valuesAfter: readonly unknown[];
  /** A group's calls run in the order of this, so that two groups wait for each other in one order; among equals as they came. */
  readonly orderBy: string;
  /** The hash of an Idempotency-Key that it is going to hold: a group holds all of its keys before it does anything else. */
  readonly keyHash: Buffer | undefined;
}

export interface GroupedCallsOptions {
  /** Runs one call in a transaction of its own. */
  readonly runSingle: (tenant: Tenant, call: PreparedStatement) => Promise<pg.QueryResult>;
  /** How long a group waits for a lock. */
  readonly lockWaitMs: number;
  /** Whether `runSingle`, which waits longer for locks, runs a single call again after a lock timeout. */
  readonly retriesLocked: boolean;
}

interface Waiting {
  readonly tenant: Tenant;
  readonly key: object;
  readonly call: GroupedCall;
  readonly resolve: (result: pg.QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

/** How long the calls of a key go by themselves when some of them had to wait for somebody else's lock. */
const aloneForMs = 1_000;

/**
 * Sends calls that come at once in one transaction: they share a round trip, a commit, and what only the first of them has to ask.
 *
 * What one of them is refused for undoes the others, so each runs by itself then, and is answered for itself. That holds for a lock too
 * that somebody else has: those who need not wait for it shall not, so for a while none of the same key goes with others.
 */
export class GroupedCalls {
  readonly #runSingle: GroupedCallsOptions["runSingle"];
  readonly #lockWaitMs: number;
  readonly #retriesLocked: boolean;
  readonly #gathering: Gathering<Waiting>;
  readonly #aloneUntilMs = new WeakMap<object, number>();

  constructor(pool: FairPool, { runSingle, lockWaitMs, retriesLocked }: GroupedCallsOptions) {
    this.#runSingle = runSingle;
    this.#lockWaitMs = lockWaitMs;
    this.#retriesLocked = retriesLocked;
    this.#gathering = new Gathering({
      pool,
      perform: (client, calls) => this.#perform(client, calls),
      refuse: (error, calls) => this.#refuse(error, calls),
    });
  }

  /** Calls under the same `key`, which is told by its identity, may go together. Rejects as if the call were alone. */
  run(tenant: Tenant, key: object, call: GroupedCall): Promise<pg.QueryResult> {
    if ((this.#aloneUntilMs.get(key) ?? 0) > performance.now()) return this.#runSingle(tenant, call);
    return new Promise((resolve, reject) =>
      this.#gathering.add(tenant, key, { tenant, key, call, resolve, reject }),
    );
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
    const [, ...results] = await runGroupAndRelease(client, [this.#opening(calls), ...statements]);
    for (const [index, { resolve }] of calls.entries()) resolve(results[index] as pg.QueryResult);
  }

  /** Bounds the group's waits, and takes the locks of its keys in one order. */
  #opening(calls: readonly Waiting[]): PreparedStatement {
    const keyHashes = calls.flatMap(({ call: { keyHash } }) => (keyHash === undefined ? [] : [keyHash]));
    if (keyHashes.length === 0) return boundWaits(this.#lockWaitMs);
    return { ...boundWaitsAndHoldKeys, values: [`${this.#lockWaitMs}ms`, keyHashes.sort(Buffer.compare)] };
  }

  #refuse(error: unknown, calls: readonly Waiting[]): void {
    const hadToWait = isLockTimeout(error);
    const isForOne = calls.length > 1 ? !isUnavailable(error) : hadToWait && this.#retriesLocked;
    for (const { tenant, key, call, resolve, reject } of calls) {
      if (calls.length > 1 && hadToWait) this.#aloneUntilMs.set(key, performance.now() + aloneForMs);
      if (isForOne) this.#runSingle(tenant, call).then(resolve, reject);
      else reject(error);
    }
  }
}

const boundWaitsAndHoldKeys = {
  name: "bound_waits_and_hold_keys",
  // The first before the second: branches of a case are computed in their order.
  text: `select case
      when set_config('lock_timeout', $1, true) is not null
      then (select count(key_held(k.hash)) from unnest($2::bytea[]) as k (hash))
    end`,
};

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
