import { ArgumentError, DecodeError } from "./errors.js";

/** One page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[];
  /** The next page's `cursor`; null at the end, and only there. */
  readonly nextCursor: string | null;
  readonly requestId: string | undefined;
}

/** Fetches the page at a cursor, of at most `limit` items where the list itself asks for fewer. */
export type FetchPage<Item> = (cursor: string | undefined, limit: number | undefined) => Promise<Page<Item>>;

const pageItemsMax = 200;

/**
 * A list that fetches its pages while you go through it: nothing is asked for before, and one page at a time is held.
 * Every page is a call of its own, with its own retries and deadline.
 *
 * @example
 * for await (const entity of client.entities.list({ entityType: "player" })) console.log(entity.external_id);
 */
export class List<Item> implements AsyncIterable<Item> {
  readonly #fetchPage: FetchPage<Item>;
  readonly #cursor: string | undefined;

  constructor(fetchPage: FetchPage<Item>, cursor?: string) {
    this.#fetchPage = fetchPage;
    this.#cursor = cursor;
  }

  /**
   * The items of all pages.
   *
   * @example
   * for await (const operator of platform.operators.list()) console.log(operator.name);
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  /**
   * The pages, to go on from a cursor later or to show one page at a time. A page may hold fewer items than `limit`, or none, and
   * still not be the last one: only `nextCursor` says whether there is more.
   *
   * @example
   * for await (const { data, nextCursor } of client.entities.list().pages()) await save(data, nextCursor);
   */
  pages(): AsyncGenerator<Page<Item>, void, undefined> {
    return this.#pages(undefined);
  }

  /**
   * The first items as an array.
   *
   * @param options.limit How many at most: 1 or more. There is no default, since a list can be longer than memory.
   * @throws ArgumentError for a limit below 1, or none.
   * @example
   * const newest = await client.entities.list().toArray({ limit: 10 });
   */
  toArray(options: { readonly limit: number }): Promise<Item[]>;
  async toArray({ limit = 0 }: { readonly limit?: number } = {}): Promise<Item[]> {
    if (!(limit >= 1)) throw new ArgumentError("limit must be 1 or more");
    const items: Item[] = [];
    for await (const page of this.#pages(Math.min(Math.ceil(limit), pageItemsMax))) {
      items.push(...page.data.slice(0, limit - items.length));
      if (items.length >= limit) break;
    }
    return items;
  }

  async *#pages(limit: number | undefined): AsyncGenerator<Page<Item>, void, undefined> {
    for (let cursor = this.#cursor; ; ) {
      const page = await this.#fetchPage(cursor, limit);
      yield page;
      if (page.nextCursor === null) return;
      if (page.nextCursor === cursor) {
        throw new DecodeError(200, "", {
          requestId: page.requestId,
          cause: new Error("nextCursor is the cursor that was sent"),
        });
      }
      cursor = page.nextCursor;
    }
  }
}
