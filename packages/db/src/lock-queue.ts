import { ShareUnavailableError } from "@onehazel/fair-share";
import { isLockTimeout } from "./errors.js";

/** One try. It waits for locks as long as its session does, or for `lockWaitMs` if that is given. */
export type Attempt<T> = (lockWaitMs: number | undefined) => Promise<T>;

interface Waiter {
  readonly attempt: Attempt<unknown>;
  readonly deadlineMs: number;
  readonly timer: NodeJS.Timeout;
  /** What the last attempt was rejected with. */
  refusal: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface LockQueueOptions {
  /** Attempts at a time at most. */
  readonly attemptsMax: number;
  /** Runs an attempt that is the queue's only one, when it may wait for longer. */
  readonly first: <T>(run: (lockWaitMs: number) => Promise<T>) => Promise<T>;
  readonly onEmpty: () => void;
}

/**
 * Calls of one tenant that have met a held lock. While the lock is held, one of them at a time tries again and waits for it. Each
 * success doubles how many try at once, so that calls for a lock that is free again do not go one by one; a lock timeout sets it back.
 */
export class LockQueue {
  readonly #options: LockQueueOptions;
  readonly #waiting = new Set<Waiter>();
  #running = 0;
  #runningMax = 1;

  constructor(options: LockQueueOptions) {
    this.#options = options;
  }

  /** Tries until the deadline; then rejects with `refusal` or what the last attempt was rejected with. */
  run<T>(attempt: Attempt<T>, deadlineMs: number, refusal: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter), Math.max(0, deadlineMs - performance.now()));
      const waiter: Waiter = {
        attempt,
        deadlineMs,
        timer,
        refusal,
        resolve: resolve as Waiter["resolve"],
        reject,
      };
      this.#waiting.add(waiter);
      this.#startMore();
    });
  }

  #giveUp(waiter: Waiter): void {
    // One that runs right now is looked at when its attempt ends.
    if (!this.#waiting.delete(waiter)) return;
    waiter.reject(waiter.refusal);
    this.#startMore();
  }

  #startMore(): void {
    for (const waiter of this.#waiting) {
      if (this.#running >= this.#runningMax) return;
      this.#waiting.delete(waiter);
      this.#running += 1;
      void this.#try(waiter);
    }
    if (this.#running === 0) this.#options.onEmpty();
  }

  async #try(waiter: Waiter): Promise<void> {
    const { attempt, first } = { ...waiter, ...this.#options };
    const bounded = (lockWaitMs: number) => {
      const leftMs = Math.ceil(waiter.deadlineMs - performance.now());
      return attempt(Math.max(1, Math.min(lockWaitMs, leftMs)));
    };
    try {
      const value = await (this.#runningMax === 1 ? first(bounded) : attempt(undefined));
      this.#runningMax = Math.min(this.#runningMax * 2, this.#options.attemptsMax);
      this.#settle(waiter, () => waiter.resolve(value as never));
    } catch (error) {
      const isLocked = isLockTimeout(error);
      if (isLocked) waiter.refusal = error;
      // Without a connection nothing was tried, so the lock is still what the call waits for.
      if (isLocked || error instanceof ShareUnavailableError) this.#again(waiter);
      else this.#settle(waiter, () => waiter.reject(error));
    }
    this.#running -= 1;
    this.#startMore();
  }

  #again(waiter: Waiter): void {
    this.#runningMax = 1;
    if (performance.now() >= waiter.deadlineMs) this.#settle(waiter, () => waiter.reject(waiter.refusal));
    else this.#waiting.add(waiter);
  }

  #settle({ timer }: Waiter, settle: () => void): void {
    clearTimeout(timer);
    settle();
  }
}
