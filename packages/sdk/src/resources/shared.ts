import { ApiPromise, mapSettled, type Settled } from "../api-promise.js";
import type { Idempotent } from "../models.js";
import type { AnswerOf, IdempotentOperationId, Input, OperationId } from "../operations.js";
import type { CallOptions, OptionsOf } from "../options.js";
import { List } from "../paginate.js";
import type { Transport } from "../transport.js";

type DataOf<Answer> = Answer extends { readonly data: infer Data } ? Data : undefined;

/** Calls an operation and gives the `data` of its answer. */
export function callForData<Id extends OperationId>(
  transport: Transport,
  id: Id,
  input: Input<Id>,
  options: OptionsOf<Id> | undefined,
): ApiPromise<DataOf<AnswerOf<Id>>> {
  return mapSettled(transport.call(id, input, options), dataOf);
}

/** Calls an operation whose answer says no more than that it is done. */
export function callForDone<Id extends OperationId>(
  transport: Transport,
  id: Id,
  input: Input<Id>,
  options: OptionsOf<Id> | undefined,
): ApiPromise<void> {
  return mapSettled(transport.call(id, input, options), () => undefined);
}

/** Calls an operation under an Idempotency-Key and gives its `data` together with the key. */
export function callForWrite<Id extends IdempotentOperationId>(
  transport: Transport,
  id: Id,
  input: Input<Id>,
  options: OptionsOf<Id> | undefined,
): ApiPromise<Idempotent<DataOf<AnswerOf<Id>>>> {
  return mapSettled(transport.call(id, input, options), (answer, { idempotencyKey, response }) => ({
    ...(dataOf(answer) as object),
    idempotencyKey,
    isReplay: response.headers.get("idempotency-replayed") === "true",
  })) as ApiPromise<Idempotent<DataOf<AnswerOf<Id>>>>;
}

/** Goes through the pages of an operation that answers `data` and `nextCursor`. */
export function listOf<Item>(
  transport: Transport,
  id: "listEntities" | "listOperators",
  {
    cursor: start,
    limit: pageLimit,
    ...filters
  }: { readonly cursor?: string; readonly limit?: number; readonly [filter: string]: unknown },
  options: CallOptions | undefined,
): List<Item> {
  return new List<Item>(async (cursor, limit) => {
    const query = { ...filters, limit: pageLimit ?? limit, cursor };
    const { data: page, response } = await transport.call(id, { query } as Input<typeof id>, options);
    const items = page.data as readonly unknown[] as readonly Item[];
    return {
      data: items,
      nextCursor: page.nextCursor,
      requestId: response.headers.get("x-request-id") ?? undefined,
    };
  }, start);
}

/** A call that first has to find out something: `run` gives what its last request settled with. */
export function callAfter<T>(run: () => Promise<Settled<T>>): ApiPromise<T> {
  return new ApiPromise(run());
}

function dataOf<Answer>(answer: Answer): DataOf<Answer> {
  return (answer as { readonly data?: unknown }).data as DataOf<Answer>;
}
