import { FairShare, type Grant, type Tenant } from "@onehazel/fair-share";
import type pg from "pg";

/** Milliseconds of connection time that a tenant may use before the next tenant's turn. */
const quantumMs = 50;
const oneConnection = { amount: 1 };

/** The server's own work, which belongs to no tenant. */
export const serverItself: Tenant = { platformId: "", operatorId: "server" };

/** What keeps the database busy for long. Each kind has a bound of its own, so that reads do not wait for batches. */
export type LongWork = "batch" | "read";

interface Taken {
  readonly grants: readonly Grant[];
  readonly sinceMs: number;
}

/**
 * Shares the connections of one pool among tenants: a caller waits in its own tenant's queue, and pays with connection time. Long work of
 * a kind holds at most half of the connections, and a quarter while several operators have some, except that each may have one
 * connection. The more statements a database runs at once, the longer each of them takes.
 */
export class FairPool {
  readonly #pool: pg.Pool;
  readonly #shares: FairShare;
  readonly #longShares: Readonly<Record<LongWork, FairShare>>;
  readonly #waitMs: number;
  readonly #taken = new WeakMap<object, Taken>();
  #lastReleaseMs = Number.NEGATIVE_INFINITY;

  constructor(pool: pg.Pool, options: { readonly connectionsMax: number; readonly waitMs: number }) {
    this.#pool = pool;
    const { connectionsMax, waitMs } = options;
    this.#waitMs = waitMs;
    this.#shares = new FairShare({ capacity: connectionsMax, quantum: quantumMs, waitMs });
    const bounds = {
      capacity: Math.ceil(connectionsMax / 2),
      sharedMax: Math.max(1, Math.floor(connectionsMax / 4)),
      quantum: quantumMs,
      waitMs,
    };
    this.#longShares = { batch: new FairShare(bounds), read: new FairShare(bounds) };
    pool.on("release", (error, client) => this.#release(client, error === undefined));
  }

  /** How many callers wait for a connection. */
  get waiting(): number {
    const { batch, read } = this.#longShares;
    return this.#shares.waiting + batch.waiting + read.waiting;
  }

  /** Milliseconds since a working connection was last released. */
  get sinceReleaseMs(): number {
    return performance.now() - this.#lastReleaseMs;
  }

  /** Resolves with a connection; call its `release` after use. Rejects with `ShareUnavailableError`, or if no connection can be opened. */
  async connect(tenant: Tenant): Promise<pg.PoolClient> {
    const grant = this.#shares.tryTake(tenant, oneConnection);
    return this.#open([grant ?? (await this.#shares.take(tenant, oneConnection))]);
  }

  /** The same for long work; both waits together take no longer than one may. */
  async connectForLong(tenant: Tenant, work: LongWork): Promise<pg.PoolClient> {
    const askedMs = performance.now();
    const long = await this.#longShares[work].take(tenant, oneConnection);
    try {
      const waitMs = Math.max(0, this.#waitMs - (performance.now() - askedMs));
      return await this.#open([long, await this.#shares.take(tenant, { ...oneConnection, waitMs })]);
    } catch (error) {
      long.release(0);
      throw error;
    }
  }

  async #open(grants: readonly Grant[]): Promise<pg.PoolClient> {
    const sinceMs = performance.now();
    try {
      const client = await this.#pool.connect();
      this.#taken.set(client, { grants, sinceMs });
      return client;
    } catch (error) {
      for (const grant of grants) grant.release(performance.now() - sinceMs);
      throw error;
    }
  }

  #release(client: object, isSound: boolean): void {
    const nowMs = performance.now();
    if (isSound) this.#lastReleaseMs = nowMs;
    const taken = this.#taken.get(client);
    if (taken === undefined) return;
    this.#taken.delete(client);
    for (const grant of taken.grants) grant.release(nowMs - taken.sinceMs);
  }
}
