import type { Clock } from "./clock.js";

/** How long a load waits for its rate limit to let anything through. */
const pauseMaxMs = 15 * 60_000;

/** Requests that are held back together: what one of them is told about the rate limit goes for all. */
export class Pool {
  /** Ends the waits of all requests, for good. */
  readonly stopped = new AbortController();
  readonly #clock: Clock;
  #untilMs = 0;
  #sinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits while the pool is paused. Rejects once it has stopped. */
  async ready(): Promise<void> {
    let restMs: number;
    // biome-ignore lint/suspicious/noAssignInExpressions: asked anew after every wait
    while ((restMs = this.#untilMs - this.#clock.now()) > 0)
      await this.#clock.sleep(restMs, this.stopped.signal);
  }

  /** Nothing is sent for `delayMs`. False if the rate limit would then have let nothing through for over 15 minutes. */
  pause(delayMs: number, askedMs = delayMs): boolean {
    const nowMs = this.#clock.now();
    this.#sinceMs ??= nowMs;
    if (nowMs + askedMs - this.#sinceMs > pauseMaxMs) return false;
    this.#untilMs = Math.max(this.#untilMs, nowMs + delayMs);
    return true;
  }

  /** A request got through. */
  passed(): void {
    this.#sinceMs = undefined;
  }
}
