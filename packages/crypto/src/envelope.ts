import { OpenError } from "./errors.js";

/** A nonce of 96 bits, the size GCM is defined on. */
export const nonceBytes = 12;
/** The full 128-bit tag; shorter ones are never accepted. */
export const tagBytes = 16;

/** A JSON text has at least one byte. */
const sealedBytesMin = nonceBytes + 1 + tagBytes;
const layout = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)$/;

/** What stands in an envelope: whose key it needs, and nonce ‖ ciphertext ‖ tag. */
export interface Envelope {
  readonly masterKeyId: string;
  readonly sealed: Buffer;
}

/** `v1.<master key id>.<base64url of nonce ‖ ciphertext ‖ tag>`. */
export function formatEnvelope(masterKeyId: string, sealed: Buffer): string {
  return `v1.${masterKeyId}.${sealed.toString("base64url")}`;
}

/** "v1.", an id of one character, a dot, and the base64url of the fewest bytes. */
const envelopeUnitsMin = 5 + Math.ceil((sealedBytesMin * 4) / 3);

/**
 * Whether a value is a text with the complete form of an envelope, whatever key it names. Cheap for every other value: a length and
 * three characters decide.
 */
export function isEnvelope(value: unknown): value is string {
  if (typeof value !== "string" || value.length < envelopeUnitsMin || !value.startsWith("v1.")) return false;
  try {
    parseEnvelope(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads the layout of an envelope; touches no key. Strict: one text for one content, so base64url with
 * padding, stray bits or foreign characters is refused. There is no upper bound: whatever could be
 * sealed must open.
 *
 * @throws {@link OpenError} for everything that {@link formatEnvelope} would not have written.
 * @example parseEnvelope(sealedEmail).masterKeyId // "2025-07": due for re-sealing when it is not current
 */
export function parseEnvelope(text: string): Envelope {
  // Envelopes come out of JSON columns, where a row's damage can have any type.
  const match = typeof text === "string" ? layout.exec(text) : null;
  if (match === null) throw new OpenError();
  const [, masterKeyId, encoded] = match as unknown as [string, string, string];
  const sealed = Buffer.from(encoded, "base64url");
  if (sealed.byteLength < sealedBytesMin) throw new OpenError();
  if (sealed.toString("base64url") !== encoded) throw new OpenError();
  return { masterKeyId, sealed };
}
