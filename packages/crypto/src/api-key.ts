import { hash, randomBytes, timingSafeEqual } from "node:crypto";

export type ApiKeyKind = "operator" | "platform";

/** A new API key: `plaintext` is shown once and never stored, `hash` (32 bytes) is what the table holds. */
export interface MintedKey {
  readonly plaintext: string;
  readonly hash: Buffer;
}

const secretBytes = 32;
const prefixes = { operator: "oh_live_", platform: "oh_platform_" } as const;
const form = /^oh_(live|platform)_[0-9a-f]{64}$/;

/**
 * Mints `oh_live_` or `oh_platform_` and 64 lower-case hex digits of 32 random bytes.
 *
 * @example const { plaintext, hash } = mintKey("operator");
 */
export function mintKey(kind: ApiKeyKind): MintedKey {
  const plaintext = prefixes[kind] + randomBytes(secretBytes).toString("hex");
  return { plaintext, hash: hashKey(plaintext) };
}

/** Which kind of API key a text is by its form alone, before any look-up; undefined if none. */
export function classifyKey(text: string): ApiKeyKind | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  return match[1] === "live" ? "operator" : "platform";
}

/**
 * SHA-256 of the full text, prefix included; 32 bytes. A plain hash suffices: the text holds 256 random
 * bits, so there is nothing to guess that a slow hash or a salt would protect.
 */
export function hashKey(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

/** Whether two hashes are equal, in a time that does not tell where they differ. */
export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
