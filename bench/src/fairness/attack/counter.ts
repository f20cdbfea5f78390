import type { Tally } from "../messages.js";

/** Counts what the server responded with. */
export class Counter {
  readonly #counts: Record<string, number> = {};

  get tally(): Tally {
    return this.#counts;
  }

  count(what: string | number): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }
}

/** What every attack is given besides its plan. */
export interface Attacking {
  readonly counter: Counter;
  /** Aborted when the attack is over. */
  readonly signal: AbortSignal;
}
