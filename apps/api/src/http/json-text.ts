import { ApiError } from "./errors.js";

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Where a JSON text begins: after a byte order mark, if there is one. */
export function startOfText(bytes: Uint8Array): number {
  return byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0;
}

export function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("utf8", start, end);
}

/** Throws `INVALID_JSON`, without the parser's own message, which quotes the body. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson();
  }
}

export function invalidJson(): ApiError {
  return new ApiError("INVALID_JSON", "The body is not valid JSON in UTF-8");
}
