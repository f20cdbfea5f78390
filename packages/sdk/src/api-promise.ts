import { type RateLimit, rateLimitFrom } from "./rate-limit.js";
import { requestIdOf } from "./retry-after.js";

/** What came of a call, with everything about how it came. */
export interface Settled<T> {
  readonly data: T;
  /** Status and headers of the last reply; its body has been read. */
  readonly response: Response;
  readonly attempts: number;
  /** The Idempotency-Key that was sent. */
  readonly idempotencyKey: string | undefined;
}

/** A result together with the reply it came in. */
export interface WithResponse<T> extends Settled<T> {
  /** The server's id of the request. */
  readonly requestId: string | undefined;
  /** Where you stand in the category the call was counted in. */
  readonly rateLimit: RateLimit | undefined;
}

/**
 * A promise of a result; `withResponse()` gives the reply's status and headers beside it.
 *
 * @example
 * const entity = await client.entities.get("player_12345");
 * const { data, requestId } = await client.entities.get("player_12345").withResponse();
 */
export class ApiPromise<T> extends Promise<T> {
  /** `then()` and the like give plain promises: this constructor takes no executor. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly #settled: Promise<Settled<T>>;

  /** @param settled Is nobody else's: its data is replaced by what `change` makes of it. */
  constructor(settled: Promise<Settled<unknown>>, change?: (data: never, settled: Settled<unknown>) => T) {
    super((resolve, reject) => {
      settled
        .then((found: { data: unknown } & Settled<unknown>) => {
          if (change) found.data = change(found.data as never, found);
          resolve(found.data as T);
        })
        .catch(reject);
    });
    this.#settled = settled as Promise<Settled<T>>;
  }

  /**
   * The result with status, headers, request id, attempts, and what is left of your rate limit.
   *
   * @example
   * const { data, requestId, rateLimit } = await client.entities.get("player_12345").withResponse();
   */
  async withResponse(): Promise<WithResponse<T>> {
    await this;
    const settled = await this.#settled;
    const { headers } = settled.response;
    const requestId = requestIdOf(headers);
    return { ...settled, requestId, rateLimit: rateLimitFrom(headers) };
  }
}

/** `settled` with its data made into something else. */
export function mapSettled<T, U>(
  settled: Promise<Settled<T>>,
  change: (data: T, settled: Settled<T>) => U,
): ApiPromise<U> {
  return new ApiPromise<U>(settled, change as (data: never, settled: Settled<unknown>) => U);
}
