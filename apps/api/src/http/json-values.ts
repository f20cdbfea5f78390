import { ApiError } from "./errors.js";

const other = 0;
const space = 1;
const quote = 2;
const comma = 3;
const opening = 4;
const closing = 5;
const backslash = 6;

/** The kind of each byte. A table, because this loop visits every byte of a body. */
const kinds = new Uint8Array(256).fill(other).fill(space, 0, 0x21);
for (const [bytes, kind] of [
  ['"', quote],
  [",", comma],
  ["[{", opening],
  ["]}", closing],
  ["\\", backslash],
] as const)
  for (const byte of Buffer.from(bytes)) kinds[byte] = kind;

/**
 * Whether a JSON text holds more than `valuesMax` values: numbers, strings, literals, objects and arrays at any depth, not counting keys.
 * Counts in the bytes, because a parsed value can take twenty times the memory of its text: `{}` is 2 bytes of text and 56 of memory.
 */
export function holdsMoreValues(bytes: Uint8Array, valuesMax: number): boolean {
  // Each value but the first needs a byte and a comma or bracket.
  if (bytes.length <= valuesMax * 2) return false;
  let values = 1;
  let justOpened = false;
  for (let index = 0; index < bytes.length && values <= valuesMax; index += 1) {
    const kind = kinds[bytes[index] as number];
    if (kind === space) continue;
    if (justOpened && kind !== closing) values += 1;
    justOpened = kind === opening;
    if (kind === quote) index = endOfString(bytes, index + 1);
    else if (kind === comma) values += 1;
  }
  return values > valuesMax;
}

/** The closing quotation mark, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start;
  for (; index < bytes.length; index += 1) {
    const kind = kinds[bytes[index] as number];
    if (kind === quote) break;
    if (kind === backslash) index += 1;
  }
  return index;
}

export function tooManyValues(valuesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body holds more than ${valuesMax} JSON values`);
}
