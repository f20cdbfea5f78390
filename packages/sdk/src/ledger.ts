import type { BulkFailure, BulkOptions, BulkProgress, BulkResult } from "./bulk.js";
import { type Entry, entryOf, type Refusal } from "./bulk-items.js";
import { OneHazelError } from "./errors.js";

const failuresMax = 1_000;

/** What became of the items of a load. */
export class Ledger<Item extends { readonly externalId: string }> {
  readonly #options: BulkOptions<Item>;
  /** In the source's order: neither stored nor reported. */
  readonly #unsettled = new Set<Entry<Item>>();
  readonly #failures: BulkFailure<Item>[] = [];
  readonly #counts = { read: 0, succeeded: 0, replayed: 0, failed: 0, chunks: 0 };
  /** The last report of a failure: they are given one by one. */
  #reported: Promise<unknown> = Promise.resolve();

  constructor(options: BulkOptions<Item>) {
    this.#options = options;
  }

  take(item: Item): Entry<Item> {
    const entry = entryOf(item, this.#counts.read++);
    this.#unsettled.add(entry);
    return entry;
  }

  /** @throws what `onFailure` throws. */
  refuse(entry: Entry<Item>, { code, message }: Refusal): Promise<void> {
    const { onFailure } = this.#options;
    const { item, index } = entry;
    const failure = { item, index, code, message };
    const told = this.#reported.then(async () => {
      if (onFailure) await onFailure(failure);
      else if (this.#failures.length < failuresMax) this.#failures.push(failure);
      else throw new OneHazelError(`Over ${failuresMax} items rejected; pass onFailure to go on`);
      this.#unsettled.delete(entry);
      this.#counts.failed++;
    });
    this.#reported = told.catch(() => undefined);
    return told;
  }

  /**
   * What a request came to: what is not refused, by its place in the request, and not to be sent again is stored.
   *
   * @throws what `onFailure` or `onProgress` throws.
   */
  async settle(
    entries: readonly Entry<Item>[],
    refusals: ReadonlyMap<number, Refusal>,
    again: ReadonlySet<Entry<Item>>,
    isReplayed = false,
  ): Promise<void> {
    const refused: [Entry<Item>, Refusal][] = [];
    for (const [index, entry] of entries.entries()) {
      const refusal = refusals.get(index);
      if (again.has(entry)) continue;
      if (refusal) refused.push([entry, refusal]);
      else if (this.#unsettled.delete(entry)) {
        this.#counts.succeeded++;
        if (isReplayed) this.#counts.replayed++;
      }
    }
    this.#counts.chunks++;
    for (const [entry, refusal] of refused) await this.refuse(entry, refusal);
    this.#options.onProgress?.(this.#progress());
  }

  result(): BulkResult<Item> {
    return { ...this.#progress(), failures: this.#failures.sort((a, b) => a.index - b.index) };
  }

  unfinished(): Item[] {
    return [...this.#unsettled].map(({ item }) => item);
  }

  #progress(): BulkProgress {
    const [first] = this.#unsettled;
    return { ...this.#counts, settled: first?.index ?? this.#counts.read };
  }
}
