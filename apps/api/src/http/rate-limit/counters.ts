import type { Logger } from "pino";
import type { Counter } from "./counter.js";
import { OwnCounter } from "./own-counter.js";
import { SharedCounter } from "./shared-counter.js";
import { SharedStore } from "./shared-store.js";

/** The counters of one server. Apart, so that strangers at the door can't push the windows of callers out of its memory. */
export interface Counters {
  readonly calls: Counter;
  readonly failures: Counter;
  start(): Promise<void>;
  stop(): void;
}

/** Counters that are shared over Redis where there is one, and in this process otherwise. */
export function openCounters(redisUrl: string | undefined, windowSeconds: number, log: Logger): Counters {
  const calls = new OwnCounter(windowSeconds);
  const failures = new OwnCounter(windowSeconds);
  if (redisUrl === undefined) return { calls, failures, start: async () => {}, stop: () => {} };
  const store = new SharedStore(redisUrl, log);
  return {
    calls: new SharedCounter(store, calls, { prefix: "onehazel:calls", windowSeconds }),
    failures: new SharedCounter(store, failures, { prefix: "onehazel:failures", windowSeconds }),
    start: () => store.start(),
    stop: () => store.stop(),
  };
}
