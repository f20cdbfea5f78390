import { createHmac, hash } from "node:crypto";

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
  const expander = new HkdfExpander(extracted);
  const key = expander.expand(info);
  expander.destroy();
  return key;
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

const blockBytes = 64;
const digestBytes = 32;
const messageBytesMax = 4_096;

/** Memory of its own, and never anything in it between two calls. */
const inner = Buffer.alloc(blockBytes + messageBytesMax);
const outer = Buffer.alloc(blockBytes + digestBytes);

/**
 * HMAC-SHA-256, as {@link hmacSha256}, under one key again and again. It is put together from two hashes in one call each (RFC 2104):
 * a keyed object of the platform's costs three times as much, and most of that is its collection as garbage.
 */
export class KeyedHash {
  readonly #innerPad: Buffer;
  readonly #outerPad: Buffer;
  readonly #key: Buffer;

  /** @param key 32 bytes; copied */
  constructor(key: Uint8Array) {
    if (key.byteLength !== keyBytes) throw new TypeError("a key has 32 bytes");
    this.#key = Buffer.from(key);
    this.#innerPad = Buffer.alloc(blockBytes, 0x36);
    this.#outerPad = Buffer.alloc(blockBytes, 0x5c);
    for (const [index, byte] of key.entries()) {
      this.#innerPad[index] = 0x36 ^ byte;
      this.#outerPad[index] = 0x5c ^ byte;
    }
  }

  /** Of a message in two parts, the second mostly empty. */
  digest(message: Uint8Array, end: Uint8Array = nothing): Buffer {
    const messageBytes = message.byteLength + end.byteLength;
    if (messageBytes > messageBytesMax) {
      return createHmac("sha256", this.#key).update(message).update(end).digest();
    }
    const innerBytes = blockBytes + messageBytes;
    inner.set(this.#innerPad);
    inner.set(message, blockBytes);
    inner.set(end, blockBytes + message.byteLength);
    outer.set(this.#outerPad);
    outer.set(hash("sha256", inner.subarray(0, innerBytes), "buffer"), blockBytes);
    const digest = hash("sha256", outer, "buffer");
    inner.fill(0, 0, innerBytes);
    outer.fill(0);
    return digest;
  }

  destroy(): void {
    this.#key.fill(0);
    this.#innerPad.fill(0);
    this.#outerPad.fill(0);
  }
}

const nothing = new Uint8Array(0);
const firstBlock = Buffer.of(1);

/** HKDF-Expand, as {@link hkdfExpand}, under one key again and again. */
export class HkdfExpander {
  readonly #hash: KeyedHash;

  /** @param extracted 32 bytes; copied */
  constructor(extracted: Uint8Array) {
    this.#hash = new KeyedHash(extracted);
  }

  expand(info: Uint8Array): Buffer {
    return this.#hash.digest(info, firstBlock);
  }

  destroy(): void {
    this.#hash.destroy();
  }
}
