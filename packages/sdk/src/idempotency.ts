import { ArgumentError } from "./errors.js";

/** A part of a deterministic Idempotency-Key. */
export type IdempotencyKeyPart = string | number | boolean | null;

const keyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * The same Idempotency-Key for the same parts, on every machine: 64 hexadecimal characters of SHA-256, so that the key
 * does not tell what it was made from. Parts are told apart (`"a","b"` is not `"a,b"`, `1` is not `"1"`). It returns a
 * promise because SHA-256 is asynchronous on the web platform.
 *
 * Give it what makes the write the same write: where it comes from, its id, and its version or content. The same key with
 * another body is refused by the server (422) for 24 hours.
 *
 * @throws ArgumentError without parts, or with a number that is not finite.
 * @example
 * const idempotencyKey = await idempotencyKeyFrom("crm", player.id, player.version);
 * await client.entities.upsert({ entityType: "player", externalId: player.id, data }, { idempotencyKey });
 */
export async function idempotencyKeyFrom(...parts: readonly IdempotencyKeyPart[]): Promise<string> {
  const isKnown = (part: unknown) =>
    part === null || /^(string|boolean)$/.test(typeof part) || Number.isFinite(part);
  if (parts.length === 0 || !parts.every(isKnown))
    throw new ArgumentError("idempotencyKeyFrom takes strings, finite numbers, booleans, null");
  return sha256Hex(JSON.stringify(parts));
}

/** A key that nobody else has. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

/** @throws ArgumentError where the server would refuse the key. The message does not show it: it may name a person. */
export function checkIdempotencyKey(key: string): string {
  if (typeof key === "string" && keyForm.test(key)) return key;
  throw new ArgumentError(
    "idempotencyKey must be 1 to 255 visible ASCII characters; see idempotencyKeyFrom()",
  );
}

/** SHA-256 of `text` in UTF-8, as 64 lower-case hexadecimal characters. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
