import { createCipheriv, createDecipheriv } from "node:crypto";
import { nonceBytes, tagBytes } from "./envelope.js";
import { OpenError } from "./errors.js";

const algorithm = "aes-256-gcm";
const options = { authTagLength: tagBytes } as const;

/** The platform copies a nonce when the cipher is made, so one place serves them all: a value in a batch is one of thousands. */
const nonce = Buffer.alloc(nonceBytes);

/**
 * AES-256-GCM. Gives nonce ‖ ciphertext ‖ tag.
 *
 * @param key 32 bytes
 * @param drawNonce writes 12 bytes, never used before under this key, to what it is given
 * @param additionalData what the ciphertext belongs to; required, so that nothing is sealed unbound
 * @param plaintext a text is sealed as UTF-8
 */
export function seal(
  key: Uint8Array,
  drawNonce: (target: Uint8Array) => void,
  additionalData: Uint8Array,
  plaintext: Uint8Array | string,
): Buffer {
  drawNonce(nonce);
  const cipher = createCipheriv(algorithm, key, nonce, options);
  cipher.setAAD(additionalData);
  const ciphertext =
    typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
  // GCM is a stream mode: final() computes the tag and has no bytes left to give.
  cipher.final();
  // Every byte of it is written below.
  const sealed = Buffer.allocUnsafe(nonceBytes + ciphertext.byteLength + tagBytes);
  sealed.set(nonce);
  sealed.set(ciphertext, nonceBytes);
  sealed.set(cipher.getAuthTag(), nonceBytes + ciphertext.byteLength);
  return sealed;
}

/**
 * Reverses {@link seal}. The plaintext is given out only after its tag was verified.
 *
 * @throws {@link OpenError} when it was not sealed under this key with this additional data.
 */
export function open(key: Uint8Array, additionalData: Uint8Array, sealed: Buffer): Buffer {
  const tagStart = sealed.byteLength - tagBytes;
  if (tagStart < nonceBytes) throw new OpenError();
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), options);
  decipher.setAAD(additionalData);
  decipher.setAuthTag(sealed.subarray(tagStart));
  const plaintext = decipher.update(sealed.subarray(nonceBytes, tagStart));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    throw new OpenError();
  }
  return plaintext;
}
