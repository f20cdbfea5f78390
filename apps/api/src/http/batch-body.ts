import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { bodyBytesMaxDefault, jsonValuesMaxDefault, type Operation } from "@onehazel/spec";
import { ApiError, type Fault } from "./errors.js";
import { ItemScanner, type Slice } from "./json-array.js";
import { invalidJson, parseJson, startOfText, textOf } from "./json-text.js";
import {
  digitsImplied,
  digitsImpliedMax,
  faultsOfText,
  faultsOfValue,
  mayImplyTooManyDigits,
  tooManyDigits,
} from "./json-value.js";
import { holdsMoreValues, tooManyValues } from "./json-values.js";
import type { Turns } from "./turns.js";

/** An item that cannot be stored even if it matches the schema. It is reported, and the other items of its batch are stored. */
export class UnstorableItem {
  /** Null if it is not a string that can be stored. */
  readonly externalId: string | null;

  constructor(
    /** Undefined where the item is too large to be parsed. */
    readonly value: unknown,
    readonly faults: readonly Fault[],
    readonly fingerprint: unknown = value,
    externalId: unknown = (value as { externalId?: unknown } | null)?.externalId,
  ) {
    const isStorable = typeof externalId === "string" && faultsOfText(externalId, "externalId").length === 0;
    this.externalId = isStorable ? externalId : null;
  }

  /** Represents the item in the request's fingerprint. */
  toJSON(): unknown {
    return this.fingerprint;
  }
}

/** The number of bytes that are scanned in well under a millisecond. */
const scannedBytesMax = 131_072;
/** Scanning this many bytes costs less than reading the clock again. */
const uncheckedBytesMax = 8_192;

/**
 * Parses and checks the items of a batch one by one in turns, so that other requests run in between. An item with content that cannot be
 * stored becomes an `UnstorableItem`. Throws `INVALID_JSON`, `PAYLOAD_TOO_LARGE` or `BATCH_TOO_LARGE`. A body that is not an array is
 * returned as it is, for the validator.
 */
export async function readItems(
  bytes: Buffer,
  { jsonValuesMax, bodySchema }: Operation,
  turns: Turns,
): Promise<unknown> {
  if (!isUtf8(bytes)) throw invalidJson();
  const start = skipWhiteSpace(bytes, startOfText(bytes));
  if (bytes[start] !== openBracket) return otherValue(bytes);
  const itemsMax = bodySchema?.maxItems as number;
  const reader = new ItemReader(bytes, turns);
  const scanner = new ItemScanner(bytes, start);
  const items: unknown[] = [];
  let count = 0;
  let checkedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (scanner.position - checkedAt > uncheckedBytesMax) {
      if (turns.isOver()) await turns.next();
      checkedAt = scanner.position;
    }
    const slice = scanner.next(scannedBytesMax);
    if (scanner.values > jsonValuesMax) throw tooManyValues(jsonValuesMax);
    if (slice === "end") break;
    if (slice === "broken") throw invalidJson();
    if (slice === undefined) continue;
    count += 1;
    if (count > itemsMax) continue;
    const isTooLarge = slice.end - slice.start > bodyBytesMaxDefault;
    items.push(isTooLarge ? await reader.readTooLarge(slice) : reader.read(slice));
  }
  if (count <= itemsMax) return items;
  throw new ApiError("BATCH_TOO_LARGE", `A batch has ${itemsMax} items at most; nothing of it was stored`);
}

const openBracket = 0x5b;
const whiteSpace = new Set([0x20, 0x09, 0x0a, 0x0d]);

function skipWhiteSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (whiteSpace.has(bytes[at] as number)) at += 1;
  return at;
}

function withoutTrailingWhiteSpace(bytes: Buffer, end: number): number {
  let at = end;
  while (whiteSpace.has(bytes[at - 1] as number)) at -= 1;
  return at;
}

/** A body that is not an array is rejected in any case, so a large one is not parsed first. */
function otherValue(bytes: Buffer): unknown {
  if (bytes.length > bodyBytesMaxDefault || holdsMoreValues(bytes, jsonValuesMaxDefault)) return {};
  return parseJson(textOf(bytes, startOfText(bytes), bytes.length));
}

class ItemReader {
  readonly #bytes: Buffer;
  readonly #turns: Turns;
  readonly #countsDigits: boolean;
  #digits = 0;

  constructor(bytes: Buffer, turns: Turns) {
    this.#bytes = bytes;
    this.#turns = turns;
    this.#countsDigits = mayImplyTooManyDigits(bytes.length);
  }

  /** Throws `INVALID_JSON`. */
  read({ start, end }: Slice): unknown {
    const text = textOf(this.#bytes, start, end);
    const value = parseJson(text);
    if (holdsMoreValues(this.#bytes.subarray(start, end), jsonValuesMaxDefault))
      return new UnstorableItem(value, [tooManyValuesFault]);
    const faults = faultsOfValue(value, text);
    if (this.#countsDigits && faults.length === 0 && this.#expands(text)) faults.push(tooManyDigits);
    return faults.length === 0 ? value : new UnstorableItem(value, faults);
  }

  /** One page of a list can return all items of a batch, so they share one bound. */
  #expands(text: string): boolean {
    this.#digits += digitsImplied(text);
    return this.#digits > digitsImpliedMax;
  }

  /** Handles an item that is too large to be parsed. */
  async readTooLarge({ start, end }: Slice): Promise<UnstorableItem> {
    const digest = createHash("sha256");
    const last = withoutTrailingWhiteSpace(this.#bytes, end);
    for (let at = skipWhiteSpace(this.#bytes, start); at < last; at += scannedBytesMax) {
      if (this.#turns.isOver()) await this.#turns.next();
      digest.update(this.#bytes.subarray(at, Math.min(at + scannedBytesMax, last)));
    }
    const externalId = await this.#externalIdIn(start, end);
    return new UnstorableItem(undefined, [tooManyBytesFault], digest.digest("hex"), externalId);
  }

  /** Finds the item's `externalId` without parsing the rest; undefined if it is missing or cannot be found. */
  async #externalIdIn(start: number, end: number): Promise<unknown> {
    const opening = skipWhiteSpace(this.#bytes, start);
    if (this.#bytes[opening] !== openBrace) return undefined;
    const members = new ItemScanner(this.#bytes, opening, end);
    let externalId: unknown;
    for (;;) {
      if (this.#turns.isOver()) await this.#turns.next();
      const member = members.next(scannedBytesMax);
      if (member === "end" || member === "broken") return externalId;
      if (member !== undefined && this.#isExternalId(member)) {
        const text = textOf(this.#bytes, member.start, member.end);
        externalId = (parseJson(`{${text}}`) as { externalId: unknown }).externalId;
      }
    }
  }

  #isExternalId({ start, end }: Slice): boolean {
    const name = memberName.exec(textOf(this.#bytes, start, Math.min(end, start + nameBytesMax)))?.[1];
    return name !== undefined && parseJson(name) === "externalId";
  }
}

const openBrace = 0x7b;
/** Enough for a member name of ten letters, each of them escaped, and surrounding white space. */
const nameBytesMax = 256;
const memberName = /^\s*("(?:[^"\\]|\\.)*")\s*:/;

const tooManyValuesFault: Fault = {
  field: "body",
  message: `must not hold more than ${jsonValuesMaxDefault} JSON values`,
};
const tooManyBytesFault: Fault = {
  field: "body",
  message: `must not hold more than ${bodyBytesMaxDefault} bytes of JSON`,
};
