import type { BatchEntityInput, BatchEventInput, BulkOptions, OneHazel } from "@onehazel/sdk";

/**
 * Sends the items of one segment, and tells of each that was refused. Gives how many an earlier import had stored already. Rejects if
 * it does not reach their end.
 */
export type Load<Item> = (
  items: readonly Item[],
  options: Pick<BulkOptions<Item>, "idempotencyKey" | "onFailure" | "onProgress" | "signal">,
) => Promise<number>;

/** With waits of up to 8 s between them: long enough for a server to be restarted. */
const retries = 20;

/** Entities are written each time, so none counts as stored before. */
export function entitiesLoad({ entities }: OneHazel): Load<BatchEntityInput> {
  return async (items, options) => {
    await entities.upsertMany(items, { ...options, retries });
    return 0;
  };
}

export function eventsLoad({ events }: OneHazel): Load<BatchEventInput> {
  return async (items, options) => (await events.recordMany(items, { ...options, retries })).replayed;
}
