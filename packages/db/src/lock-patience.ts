import { FairShare, type Tenant } from "@onehazel/fair-share";
import { isLockTimeout } from "./errors.js";
import { type Attempt, LockQueue } from "./lock-queue.js";

/** How long a call waits for a lock before it releases its connection. */
export const briefLockWaitMs = 200;
/** How long the first call of a queue waits for a lock before the turn of the next tenant. */
const turnLockWaitMs = 1_000;

/**
 * Lets calls wait for locks without holding connections. After a short lock timeout, a call releases its connection and waits in its
 * tenant's queue. Only the first call of a queue waits in the database; the first calls of all tenants together hold at most a quarter of
 * the connections.
 */
export class LockPatience {
  readonly #queues = new Map<string, LockQueue>();
  readonly #turns: FairShare;
  readonly #lockTimeoutMs: number;
  readonly #connectionsMax: number;

  /** `lockTimeoutMs`: how long a call waits for locks at most, in all of its attempts together. */
  constructor(options: { readonly connectionsMax: number; readonly lockTimeoutMs: number }) {
    this.#lockTimeoutMs = options.lockTimeoutMs;
    this.#connectionsMax = options.connectionsMax;
    this.#turns = new FairShare({
      capacity: Math.max(1, Math.floor(options.connectionsMax / 4)),
      quantum: turnLockWaitMs,
      waitMs: options.lockTimeoutMs,
    });
  }

  /** Rejects with PostgreSQL's lock error if the lock is still held at the deadline. */
  async run<T>(tenant: Tenant, attempt: Attempt<T>): Promise<T> {
    const deadlineMs = performance.now() + this.#lockTimeoutMs;
    try {
      return await attempt(undefined);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return await this.#queueOf(tenant).run(attempt, deadlineMs, error);
    }
  }

  #queueOf(tenant: Tenant): LockQueue {
    const name = tenant.operatorId ?? tenant.platformId;
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new LockQueue({
      attemptsMax: this.#connectionsMax,
      first: (run) => this.#inTurn(tenant, run),
      onEmpty: () => this.#queues.delete(name),
    });
    this.#queues.set(name, queue);
    return queue;
  }

  async #inTurn<T>(tenant: Tenant, run: (lockWaitMs: number) => Promise<T>): Promise<T> {
    const turn = await this.#turns.take(tenant, { amount: 1 });
    const startedMs = performance.now();
    try {
      return await run(turnLockWaitMs);
    } finally {
      turn.release(performance.now() - startedMs);
    }
  }
}
