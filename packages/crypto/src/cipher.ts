import { createCipheriv, createDecipheriv } from "node:crypto";
import { nonceBytes, tagBytes } from "./envelope.js";
import { OpenError } from "./errors.js";

const algorithm = "aes-256-gcm";
const options = { authTagLength: tagBytes } as const;

/**
 * AES-256-GCM. Gives nonce ‖ ciphertext ‖ tag.
 *
 * @param key 32 bytes
 * @param drawNonce writes 12 bytes, never used before under this key, to the start of what it is given
 * @param additionalData what the ciphertext belongs to; required, so that nothing is sealed unbound
 */
export function seal(
  key: Uint8Array,
  drawNonce: (target: Uint8Array) => void,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  // Written in place: every byte of it is overwritten below, and a value in a batch is one of thousands.
  const sealed = Buffer.allocUnsafe(nonceBytes + plaintext.byteLength + tagBytes);
  drawNonce(sealed);
  const cipher = createCipheriv(algorithm, key, sealed.subarray(0, nonceBytes), options);
  cipher.setAAD(additionalData);
  sealed.set(cipher.update(plaintext), nonceBytes);
  // GCM is a stream mode: final() computes the tag and has no bytes left to give.
  cipher.final();
  sealed.set(cipher.getAuthTag(), nonceBytes + plaintext.byteLength);
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
