import type { BulkFailure } from "./bulk.js";
import { checkSegment, toJson } from "./request.js";

/** An item with what is sent of it. */
export interface Entry<Item> {
  readonly item: Item;
  readonly index: number;
  readonly json: string;
  readonly bytes: number;
  /** Set if there is nothing to send. */
  readonly refusal?: Refusal;
}

/** Why an item is not stored. */
export type Refusal = Pick<BulkFailure<unknown>, "code" | "message">;

/** As a request of its own an item could not be larger either. */
const itemBytesMax = 2 ** 20;
const encoder = new TextEncoder();

/** Makes an item ready to be sent, or says why it can't be. */
export function entryOf<Item extends { readonly externalId: string }>(
  item: Item,
  index: number,
): Entry<Item> {
  let refusal: Refusal;
  try {
    checkSegment("externalId", item?.externalId);
    const json = toJson(item) as string;
    // With the comma behind it.
    // To encode takes most of the time: 5,000 small ones fit whatever they are made of.
    const bytes = json.length < 1_000 ? json.length * 3 : encoder.encode(json).length + 1;
    if (bytes <= itemBytesMax + 1) return { item, index, json, bytes };
    refusal = {
      code: "PAYLOAD_TOO_LARGE",
      message: `The item holds more than ${itemBytesMax} bytes of JSON`,
    };
  } catch (error) {
    refusal = { code: "VALIDATION_FAILED", message: (error as Error).message };
  }
  return { item, index, json: "", bytes: 0, refusal };
}

/** Which of `lanes` an external id belongs to: always the same, and evenly spread (FNV-1a). */
export function laneOf(externalId: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < externalId.length; index++)
    hash = Math.imul(hash ^ externalId.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lanes;
}

export function bytesOf(entries: readonly Entry<unknown>[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
