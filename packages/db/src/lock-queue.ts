import { ShareUnavailableError } from "@onehazel/fair-share";
import { isLockTimeout } from "./errors.js";

/** One attempt. Its lock timeout is `lockWaitMs` if given, otherwise that of its session. */
export type Attempt<T> = (lockWaitMs: number | undefined) => Promise<T>;

interface Waiter {
  readonly attempt: Attempt<unknown>;
  readonly deadlineMs: number;
  readonly timer: NodeJS.Timeout;
  /** The latest lock timeout error. */
  refusal: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface LockQueueOptions {
  /** The maximum number of concurrent attempts. */
  readonly attemptsMax: number;
  /** Runs the attempt of the queue's first call, once it may wait longer for the lock. */
  readonly first: <T>(run: (lockWaitMs: number) => Promise<T>) => Promise<T>;
  readonly onEmpty: () => void;
}

/**
 * Calls of one tenant that wait for locks. While the lock is held, one call at a time retries and waits for the lock. Each success
 * doubles the number of concurrent attempts, so that calls do not run one by one once the lock is free; a lock timeout resets it to one.
 */
export class LockQueue {
  readonly #options: LockQueueOptions;
  readonly #waiting = new Set<Waiter>();
  #running = 0;
  #runningMax = 1;

  constructor(options: LockQueueOptions) {
    this.#options = options;
  }

  /** Retries until the deadline, then rejects with the latest lock timeout error; `refusal` is the first one. */
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
    // A call that is running now checks its deadline when its attempt ends.
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
      // Without a connection there was no attempt, so the call still waits for the lock.
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
