/** What stands before each part. */
export const lengthBytes = 4;

/**
 * Joins parts so that no two lists give the same bytes: each part is preceded by its length, four bytes,
 * big-endian. Texts are UTF-8. Every key, additional data and keyed hash of this package is built on it.
 *
 * @throws TypeError for a text with a lone surrogate: UTF-8 would turn different ones into the same bytes.
 * @example encodeParts(["ab", "c"]) // 00000002 6162 00000001 63, unlike encodeParts(["a", "bc"])
 */
export function encodeParts(parts: readonly (string | Uint8Array)[]): Buffer {
  let size = 0;
  for (const part of parts) size += lengthBytes + byteLength(part);

  const joined = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const part of parts) {
    const start = offset + lengthBytes;
    if (typeof part === "string") offset = start + joined.write(part, start, "utf8");
    else {
      joined.set(part, start);
      offset = start + part.byteLength;
    }
    joined.writeUInt32BE(offset - start, start - lengthBytes);
  }
  return joined;
}

function byteLength(part: string | Uint8Array): number {
  if (typeof part !== "string") return part.byteLength;
  if (!part.isWellFormed()) throw new TypeError("a text with a lone surrogate has no UTF-8 form");
  return Buffer.byteLength(part, "utf8");
}
