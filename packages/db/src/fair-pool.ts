import { FairShare, type Grant, type Tenant } from "@onehazel/fair-share";
import type pg from "pg";

/** Milliseconds of connection time that a tenant may use before the next tenant's turn. */
const quantumMs = 50;
const oneConnection = { amount: 1 };

/** The server's own work, which belongs to no tenant. */
export const serverItself: Tenant = { platformId: "", operatorId: "server" };

/** Shares the connections of one pool among tenants: a caller waits in its own tenant's queue, and pays with connection time. */
export class FairPool {
  readonly #pool: pg.Pool;
  readonly #shares: FairShare;
  readonly #taken = new WeakMap<object, { readonly grant: Grant; readonly sinceMs: number }>();
  #lastReleaseMs = Number.NEGATIVE_INFINITY;

  constructor(pool: pg.Pool, options: { readonly connectionsMax: number; readonly waitMs: number }) {
    this.#pool = pool;
    this.#shares = new FairShare({
      capacity: options.connectionsMax,
      quantum: quantumMs,
      waitMs: options.waitMs,
    });
    pool.on("release", (error, client) => this.#release(client, error === undefined));
  }

  /** How many callers wait for a connection. */
  get waiting(): number {
    return this.#shares.waiting;
  }

  /** How long ago a connection was last given back in good order, in milliseconds. */
  get sinceReleaseMs(): number {
    return performance.now() - this.#lastReleaseMs;
  }

  /** A connection, to be given back by its `release`. Rejects with `ShareUnavailableError`, or if none can be opened. */
  async connect(tenant: Tenant): Promise<pg.PoolClient> {
    const grant =
      this.#shares.tryTake(tenant, oneConnection) ?? (await this.#shares.take(tenant, oneConnection));
    const sinceMs = performance.now();
    try {
      const client = await this.#pool.connect();
      this.#taken.set(client, { grant, sinceMs });
      return client;
    } catch (error) {
      grant.release(performance.now() - sinceMs);
      throw error;
    }
  }

  #release(client: object, isSound: boolean): void {
    const nowMs = performance.now();
    if (isSound) this.#lastReleaseMs = nowMs;
    const taken = this.#taken.get(client);
    if (taken === undefined) return;
    this.#taken.delete(client);
    taken.grant.release(nowMs - taken.sinceMs);
  }
}
