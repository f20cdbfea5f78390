import { Redis } from "ioredis";
import type { Logger } from "pino";
import { sharedStoreAway } from "../../telemetry/metrics.js";
import { errorForLog } from "../log.js";

/** How long a request waits for the store before it does without. */
const answerTimeoutMs = 500;
const probeEveryMs = 500;
const startTimeoutMs = 2_000;
const reconnectAfterMsMax = 1_000;
/** A connection that was written to and says nothing for so long is dead, whatever the network thinks. */
const silenceTimeoutMs = 5_000;
const probeKey = "onehazel:probe";

/**
 * A Redis that may go away. Whoever asks waits briefly, nobody asks while it is away, and each change is logged once. What brings
 * it back is a write that it took, so one that answers but takes no writes stays away.
 */
export class SharedStore {
  readonly redis: Redis;
  readonly #log: Logger;
  #away = false;
  #probing: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(url: string, log: Logger) {
    this.#log = log;
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectionName: "onehazel",
      connectTimeout: startTimeoutMs,
      socketTimeout: silenceTimeoutMs,
      // What can't be asked now is counted elsewhere now: nothing may wait here for better times.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * 50, reconnectAfterMsMax),
      // After a failover the address may lead to what has become a replica.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    // Told by whoever asks next; without a listener the library would print it.
    this.redis.on("error", () => {});
  }

  /** Connects, and waits for it a little: a server also starts without. */
  async start(): Promise<void> {
    await within(this.redis.connect(), startTimeoutMs).catch((error) => this.#leave(error));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#probing);
    this.redis.disconnect();
  }

  /** What the store says, or undefined while it is away. */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#away) return undefined;
    try {
      return await within(question(), answerTimeoutMs);
    } catch (error) {
      this.#leave(error);
      return undefined;
    }
  }

  #leave(error: unknown): void {
    if (this.#away || this.#stopped) return;
    this.#away = true;
    sharedStoreAway.set(1);
    this.#log.warn({ error: errorForLog(error) }, "the shared store is away: this server counts for itself");
    this.#probeLater();
  }

  #probeLater(): void {
    this.#probing = setTimeout(() => void this.#probe(), probeEveryMs).unref();
  }

  async #probe(): Promise<void> {
    try {
      await within(this.redis.set(probeKey, "", "PX", probeEveryMs), answerTimeoutMs);
    } catch {
      if (!this.#stopped) this.#probeLater();
      return;
    }
    this.#away = false;
    sharedStoreAway.set(0);
    this.#log.info("the shared store is back: servers count together again");
  }
}

/** Rejects when `work` takes longer. What has arrived by then counts, even if this process was too busy to look at it. */
function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error("the shared store did not answer in time"));
    const timer = setTimeout(() => setImmediate(late), timeoutMs).unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
