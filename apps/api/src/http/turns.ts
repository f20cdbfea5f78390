import { FairShare, type Grant, type Tenant } from "@onehazel/fair-share";

/** How long a piece of work may run before the next tenant's turn. */
const turnMs = 5;
/** An iteration of the event loop starts another piece only if those before it took no longer than this: at most 7.5 ms in total. */
const shortMs = 2.5;
/** Longer than the lifetime of any request: work that has started never fails because the server is busy. */
const waitMs = 600_000;

/** Shares the event loop: one piece of long work at a time, with its cost in milliseconds. */
const pieces = new FairShare({
  capacity: 1,
  quantum: turnMs,
  waitMs,
  queueMax: Number.POSITIVE_INFINITY,
});
const onePiece = { amount: 1, cost: turnMs };

/** The current iteration of the event loop. */
const iteration = { usedMs: 0, isCounted: false };

/**
 * Splits the long work of one request into turns, so that other requests are served in between. An iteration of the event loop has only
 * a few milliseconds of long work in total. Platforms take turns and, inside each, its operators. A turn ends after 5 ms, or when the
 * request waits for something.
 *
 * @example
 * const turns = new Turns(tenant);
 * for (const item of items) {
 *   if (turns.isOver()) await turns.next();
 *   work(item);
 * }
 */
export class Turns {
  readonly #tenant: Tenant;
  #startedMs = Number.NEGATIVE_INFINITY;

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  isOver(): boolean {
    return performance.now() - this.#startedMs > turnMs;
  }

  async next(): Promise<void> {
    const piece = await pieces.take(this.#tenant, onePiece);
    this.#startedMs = performance.now();
    const startedMs = this.#startedMs;
    // Runs after the request's work in this turn, and before any other waiting callback.
    process.nextTick(() => {
      this.#startedMs = Number.NEGATIVE_INFINITY;
      endPiece(piece, performance.now() - startedMs);
    });
  }
}

/** Starts the next piece: at once after a short one, else in the next iteration. */
function endPiece(piece: Grant, costMs: number): void {
  iteration.usedMs += costMs;
  if (iteration.usedMs <= shortMs) piece.release(costMs);
  else setImmediate(() => piece.release(costMs));
  if (iteration.isCounted) return;
  iteration.isCounted = true;
  setImmediate(() => {
    iteration.usedMs = 0;
    iteration.isCounted = false;
  });
}
