import { classifyKey, hashKey } from "@onehazel/crypto";
import type { KeyName } from "../platforms/incident.js";
import { uuidForm } from "../platforms/service.js";

/** What somebody gave to name a key, and whether it was the key itself. */
export interface GivenKey {
  readonly name: KeyName;
  readonly plaintext: boolean;
}

/** Reads a key's id, its SHA-256 in hex, or the key itself; undefined for anything else. */
export function keyNameOf(given: string): GivenKey | undefined {
  const text = given.trim();
  if (uuidForm.test(text)) return { name: { keyId: text }, plaintext: false };
  if (/^[0-9a-f]{64}$/i.test(text)) return { name: { keyHash: Buffer.from(text, "hex") }, plaintext: false };
  if (classifyKey(text) !== undefined) return { name: { keyHash: hashKey(text) }, plaintext: true };
  return undefined;
}
