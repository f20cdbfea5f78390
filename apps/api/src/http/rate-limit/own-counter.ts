import { LRUCache } from "lru-cache";
import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Count, Counter } from "./counter.js";

const keysMax = 100_000;

/** Counts in this process. The keys that were quiet longest are forgotten first, so that nobody can fill the memory with them. */
export class OwnCounter implements Counter {
  readonly #limiter: RateLimiterMemory;
  readonly #keys: LRUCache<string, true>;
  readonly #windowMs: number;

  constructor(windowSeconds: number, options: { keysMax?: number } = {}) {
    this.#windowMs = windowSeconds * 1000;
    // `points` play no part: whoever asks compares with the limit that holds for him.
    this.#limiter = new RateLimiterMemory({ keyPrefix: "", points: 1, duration: windowSeconds });
    this.#keys = new LRUCache({
      max: options.keysMax ?? keysMax,
      dispose: (_, key, reason) => {
        if (reason === "evict") void this.#limiter.delete(key);
      },
    });
  }

  async count(key: string): Promise<Count> {
    this.#keys.set(key, true);
    // `penalty` counts one and says where the window stands; `consume` would throw that beyond its points.
    const { consumedPoints, msBeforeNext } = await this.#limiter.penalty(key);
    // A clock that was set back would make the window longer than it is.
    return { used: consumedPoints, resetAfterMs: Math.min(msBeforeNext, this.#windowMs) };
  }

  async takeBack(key: string): Promise<void> {
    await this.#limiter.reward(key);
  }
}
