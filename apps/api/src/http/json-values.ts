import { ApiError } from "./errors.js";

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);
const space = 0x20;

/**
 * Whether a JSON text holds more than so many values: numbers, strings, literals, objects and arrays, wherever they stand; keys
 * aside. Asked of the bytes, because a parsed value can take twenty times the room of its text: `{}` two bytes, and 56.
 */
export function holdsMoreValues(bytes: Uint8Array, valuesMax: number): boolean {
  // Each value but the first needs a byte and a comma or bracket.
  if (bytes.length <= valuesMax * 2) return false;
  let values = 1;
  let inString = false;
  let justOpened = false;
  for (let index = 0; index < bytes.length && values <= valuesMax; index += 1) {
    const byte = bytes[index] as number;
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inString = false;
      continue;
    }
    if (byte <= space) continue;
    if (justOpened && !closings.has(byte)) values += 1;
    justOpened = openings.has(byte);
    if (byte === quote) inString = true;
    else if (byte === comma) values += 1;
  }
  return values > valuesMax;
}

export function tooManyValues(valuesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body holds more than ${valuesMax} JSON values`);
}
