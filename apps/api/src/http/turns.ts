import { FairShare, type Grant, type Tenant } from "@onehazel/fair-share";

/** How long a piece of work may go on before others have their turn. */
const turnMs = 5;
/** Pieces that together take no longer follow each other at once, so an iteration of the event loop has at most 7.5 ms of them. */
const shortMs = 2.5;
/** Longer than any request lives: work that has begun is not ended because the server is busy. */
const waitMs = 600_000;

/** The event loop: one piece of long work at a time, paid for in milliseconds. */
const pieces = new FairShare({
  capacity: 1,
  quantum: turnMs,
  waitMs,
  queueMax: Number.POSITIVE_INFINITY,
});
const onePiece = { amount: 1, cost: turnMs };

/** The present iteration of the event loop. */
const iteration = { usedMs: 0, isCounted: false };

/**
 * Cuts the long work of one request into turns, so that other requests are served in between. However much long work there is, an
 * iteration of the event loop has a few milliseconds of it; platforms take turns, and their operators. A turn ends after 5 ms, or when
 * the request waits for something.
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
    // After what the request does with its turn, and before anything else that waits.
    process.nextTick(() => {
      this.#startedMs = Number.NEGATIVE_INFINITY;
      endPiece(piece, performance.now() - startedMs);
    });
  }
}

/** Gives the turn to the next one: at once after a short piece, else in the next iteration. */
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
