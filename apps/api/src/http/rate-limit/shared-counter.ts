import { RateLimiterRedis } from "rate-limiter-flexible";
import type { Count, Counter } from "./counter.js";
import type { SharedStore } from "./shared-store.js";

/** Counts in a store that servers share, so that they count together; with `own` while the store is away. */
export class SharedCounter implements Counter {
  readonly #store: SharedStore;
  readonly #own: Counter;
  readonly #limiter: RateLimiterRedis;
  readonly #windowMs: number;

  constructor(store: SharedStore, own: Counter, options: { prefix: string; windowSeconds: number }) {
    this.#store = store;
    this.#own = own;
    this.#windowMs = options.windowSeconds * 1000;
    this.#limiter = new RateLimiterRedis({
      storeClient: store.redis,
      keyPrefix: options.prefix,
      points: 1,
      duration: options.windowSeconds,
      // Not the library's `insuranceLimiter`: it asks a store that hangs again for each request, and says nothing about it.
    });
  }

  async count(key: string): Promise<Count> {
    const found = await this.#store.ask(() => this.#limiter.penalty(key));
    if (found === undefined) return this.#own.count(key);
    return { used: found.consumedPoints, resetAfterMs: Math.min(found.msBeforeNext, this.#windowMs) };
  }

  async takeBack(key: string): Promise<void> {
    const found = await this.#store.ask(() => this.#limiter.reward(key));
    if (found === undefined) await this.#own.takeBack(key);
  }
}
