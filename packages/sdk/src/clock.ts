/**
 * Time and chance. Give your own to `new OneHazel({ clock })` to test what your program does while it waits.
 *
 * @example
 * let nowMs = 0;
 * const clock: Clock = {
 *   now: () => nowMs,
 *   random: () => 0.5,
 *   sleep: async (delayMs) => void (nowMs += delayMs), // nobody waits
 * };
 */
export interface Clock {
  /** Milliseconds from any fixed moment; never goes back. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts, and leaves no listener behind. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that a timer of the platform can hold. */
export const timerDelayMaxMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
        Math.min(delayMs, timerDelayMaxMs),
      );
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
