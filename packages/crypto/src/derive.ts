import { createHmac } from "node:crypto";

/** Every key of this package is 32 bytes: AES-256, HMAC-SHA-256 and HKDF-SHA-256 all use that size. */
export const keyBytes = 32;

/** Stands first in every `info`: a later scheme changes it and with it all keys. */
export const schemeVersion = "v1";

/**
 * HKDF-Extract of RFC 5869 with SHA-256. Kept apart from expanding so that a tree of keys extracts once
 * and then pays one HMAC per key below it; `hkdfSync` pays both, and a job object, at every call.
 *
 * @param salt an empty one means 32 zero bytes, by the RFC
 */
export function hkdfExtract(salt: Uint8Array, inputKey: Uint8Array): Buffer {
  return hmacSha256(salt, inputKey);
}

/** HKDF-Expand of RFC 5869 with SHA-256 and a length of 32 bytes, which is exactly its first block. */
export function hkdfExpand(extracted: Uint8Array, info: Uint8Array): Buffer {
  return createHmac("sha256", extracted).update(info).update(firstBlock).digest();
}

const firstBlock = Buffer.of(1);

export function hmacSha256(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac("sha256", key).update(message).digest();
}
