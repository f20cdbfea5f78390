import { ApiPromise, mapSettled, type Settled } from "../api-promise.js";
import type { Idempotent, Moment, PageQuery } from "../models.js";
import { isoOf } from "../moment.js";
import type {
  AnswerOf,
  ErrorCode,
  IdempotentOperationId,
  Input,
  OperationId,
  PathOf,
} from "../operations.js";
import type { CallOptions, OptionsOf } from "../options.js";
import { List } from "../paginate.js";
import { requestIdOf } from "../retry-after.js";
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

/** Calls a DELETE; one that finds nothing after an earlier attempt's answer was lost, `goneCode`, has done its work too. */
export function callForGone<Id extends OperationId>(
  transport: Transport,
  id: Id,
  goneCode: ErrorCode,
  input: Input<Id>,
  options: OptionsOf<Id> | undefined,
): ApiPromise<{ readonly alreadyGone: boolean }> {
  const sent = transport.callUntilGone(id, goneCode, input, options);
  return mapSettled(sent, (answer) => ({ alreadyGone: answer === undefined }));
}

/** Calls an operation under an Idempotency-Key and gives its `data` together with the key. */
export function callForWrite<Id extends IdempotentOperationId>(
  transport: Transport,
  id: Id,
  input: Input<Id>,
  options: OptionsOf<Id> | undefined,
): ApiPromise<Idempotent<DataOf<AnswerOf<Id>>>> {
  return mapSettled(transport.call(id, input, options), (answer, { idempotencyKey, response }) =>
    // Nobody else holds the data, so it needs no copy, which would have a shape of its own on every call.
    Object.assign(Object(dataOf(answer)), {
      idempotencyKey,
      isReplay: response.headers.get("idempotency-replayed") === "true",
    }),
  ) as ApiPromise<Idempotent<DataOf<AnswerOf<Id>>>>;
}

/** The operations that answer pages. */
type ListOperationId = {
  [Id in OperationId]: [AnswerOf<Id>] extends [never]
    ? never
    : AnswerOf<Id> extends PageOf<unknown>
      ? Id
      : never;
}[OperationId];
type PageOf<Item> = { readonly data: readonly Item[]; readonly nextCursor: string | null };
type ItemOf<Id extends OperationId> = AnswerOf<Id> extends PageOf<infer Item> ? Item : never;

/** Goes through the pages of an operation. A `Date` among the filters is sent as ISO 8601. */
export function listOf<Id extends ListOperationId>(
  transport: Transport,
  id: Id,
  { cursor: start, limit: pageLimit, ...given }: PageQuery,
  options: CallOptions | undefined,
  path?: PathOf<Id>,
): List<ItemOf<Id>> {
  const filters = Object.entries(given).map(([name, value]) => [name, isoOf(value as Moment)]);
  return new List(async (cursor, limit) => {
    const query = { ...Object.fromEntries(filters), limit: pageLimit ?? limit, cursor };
    const { data, response } = await transport.call(id, { path, query } as Input<Id>, options);
    const page = data as unknown as PageOf<ItemOf<Id>>;
    return {
      data: page.data,
      nextCursor: page.nextCursor,
      requestId: requestIdOf(response.headers),
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
