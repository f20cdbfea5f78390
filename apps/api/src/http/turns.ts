import { setImmediate as nextTurn } from "node:timers/promises";

/** How long work may go on before others have their turn. Two batches at once take one each before anybody else has one. */
const turnMs = 5;

export { nextTurn };

/**
 * Cuts long work on many items into turns, so that other requests are answered in between; before the first item too, since
 * what came before it has had its turn.
 *
 * @example
 * const turns = new Turns();
 * for (const item of items) {
 *   if (turns.isOver()) await turns.next();
 *   work(item);
 * }
 */
export class Turns {
  #startedMs = Number.NEGATIVE_INFINITY;

  isOver(): boolean {
    return performance.now() - this.#startedMs > turnMs;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.#startedMs = performance.now();
  }
}
