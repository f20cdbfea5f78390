import { rejection } from "./attempt.js";
import { BulkError, type BulkOptions, type BulkResult, type BulkSource } from "./bulk.js";
import { laneOf } from "./bulk-items.js";
import { AbortError } from "./errors.js";
import { contextOf } from "./guards.js";
import { checkIdempotencyKey } from "./idempotency.js";
import { type BulkOperationId, Lane } from "./lane.js";
import { Ledger } from "./ledger.js";
import { wholeNumber } from "./options.js";
import { Pool } from "./pool.js";
import type { Transport } from "./transport.js";

/**
 * Sends a whole source as batches, several at once. An item is taken only when there is room for it: each lane holds the
 * chunk on its way and the next one.
 *
 * @throws BulkError for what stops the load; ArgumentError for an option, before anything is taken.
 */
export async function loadMany<Item extends { readonly externalId: string }>(
  transport: Transport,
  id: BulkOperationId,
  items: BulkSource<Item>,
  options: BulkOptions<Item> = {},
): Promise<BulkResult<Item>> {
  const { signal, idempotencyKey, concurrency = 4 } = options;
  if (idempotencyKey !== undefined) checkIdempotencyKey(idempotencyKey);
  const pool = new Pool(transport.clock);
  const stopped = pool.stopped.signal;
  const ledger = new Ledger(options);
  const sending = { transport, id, options, pool, ledger };
  const lanes = Array.from(
    { length: wholeNumber("concurrency", concurrency, 1, 32) },
    (_, number) => new Lane<Item>(sending, `${number}/${concurrency}`),
  );

  const send = async () => {
    for await (const item of items) {
      if (stopped.aborted) return;
      const entry = ledger.take(item);
      if (entry.refusal) await ledger.refuse(entry, entry.refusal);
      else {
        const room = lanes[laneOf(item.externalId, lanes.length)]?.take(entry);
        if (room) await room;
      }
    }
    await Promise.all(lanes.map((lane) => lane.finish()));
  };

  const onAbort = () => pool.stopped.abort(new AbortError({ cause: signal?.reason }));
  signal?.addEventListener("abort", onAbort);
  try {
    if (signal?.aborted) onAbort();
    // A source that hangs does not keep a load from stopping.
    await Promise.race([rejection(stopped), send()]);
  } catch (cause) {
    pool.stopped.abort(cause);
  }
  for (const lane of lanes) await lane.idle();
  signal?.removeEventListener("abort", onAbort);
  const result = ledger.result();
  if (!stopped.aborted) return result;
  throw new BulkError(result, ledger.unfinished(), contextOf(stopped.reason));
}
