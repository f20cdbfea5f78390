import { setImmediate as nextTurn } from "node:timers/promises";
import { FairShare, type Tenant } from "@onehazel/fair-share";

/** How long work may go on before other requests have their turn. */
const turnMs = 5;
/** Longer than any request lives: work that has begun is not ended because the server is busy. */
const waitMs = 600_000;

/** The event loop: one piece of long work in each of its iterations, whoever it is for. */
const eventLoop = new FairShare({ capacity: 1, quantum: 1, waitMs, queueMax: Number.POSITIVE_INFINITY });
const onePiece = { amount: 1, cost: 1 };

/**
 * Cuts long work on many items into turns, so that other requests are served in between. However much long work there is, the event
 * loop does one turn of it at a time; platforms take turns, and their operators. The first turn begins with `next` too, since what came
 * before it has had its turn.
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
    if (this.#startedMs === Number.NEGATIVE_INFINITY) await nextTurn();
    const turn = await eventLoop.take(this.#tenant, onePiece);
    // The next turn is given out once this iteration of the event loop is over, so a turn need not be given back.
    setImmediate(() => turn.release());
    this.#startedMs = performance.now();
  }
}
