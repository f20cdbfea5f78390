import type { BatchEntityInput, BatchEventInput, BulkOptions, OneHazel } from "@onehazel/sdk";

/** Sends the items of one segment, and tells of each that was refused. Rejects if it does not reach their end. */
export type Load<Item> = (
  items: readonly Item[],
  options: Pick<BulkOptions<Item>, "idempotencyKey" | "onFailure" | "onProgress" | "signal">,
) => Promise<void>;

/** With waits of up to 8 s between them: long enough for a server to be restarted. */
const retries = 20;

export function entitiesLoad({ entities }: OneHazel): Load<BatchEntityInput> {
  return async (items, options) => void (await entities.upsertMany(items, { ...options, retries }));
}

export function eventsLoad({ events }: OneHazel): Load<BatchEventInput> {
  return async (items, options) => void (await events.recordMany(items, { ...options, retries }));
}
