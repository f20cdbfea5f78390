import type { BulkOptions, BulkResult, BulkSource } from "./bulk.js";
import type { Transport } from "./transport.js";

/** The operations that a load is made of. */
export type BulkOperationId = "batchEntities" | "batchEvents" | "batchStates";

/** Sends a whole source as batches. */
export async function loadMany<Item extends { readonly externalId: string }>(
  _transport: Transport,
  _id: BulkOperationId,
  _items: BulkSource<Item>,
  _options: BulkOptions<Item> = {},
): Promise<BulkResult<Item>> {
  throw new Error("not yet");
}
