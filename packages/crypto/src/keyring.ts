import { randomBytes, timingSafeEqual } from "node:crypto";
import { hkdfExpand, hkdfExtract, keyBytes } from "./derive.js";
import { MasterKeyError } from "./errors.js";

/** The form of a master key's id, which also stands in every envelope: `[A-Za-z0-9_-]`, 1–32 characters. */
export const masterKeyIdPattern = /^[A-Za-z0-9_-]{1,32}$/;

const hexKeyPattern = /^[0-9A-Fa-f]{64}$/;

/**
 * One master key. Its bytes never leave the object: they are private, so neither `JSON.stringify`,
 * `util.inspect`, `structuredClone` nor text conversion sees them, and only derived keys come out.
 */
export class MasterKey {
  readonly id: string;
  readonly #bytes: Buffer;

  /** @param bytes exactly 32 bytes; copied */
  constructor(id: string, bytes: Uint8Array) {
    if (!masterKeyIdPattern.test(id)) throw new MasterKeyError(idFault);
    if (bytes.byteLength !== keyBytes) throw new MasterKeyError(keyFault);
    this.id = id;
    this.#bytes = Buffer.from(bytes);
  }

  /** HKDF-SHA-256 of the key, 32 bytes. An empty salt means none. */
  derive(salt: Uint8Array, info: Uint8Array): Buffer {
    const extracted = hkdfExtract(salt, this.#bytes);
    const derived = hkdfExpand(extracted, info);
    extracted.fill(0);
    return derived;
  }

  hasSameBytes(other: MasterKey): boolean {
    return timingSafeEqual(this.#bytes, other.#bytes);
  }
}

/**
 * The master keys a server holds: the first is current and seals, all of them open.
 *
 * @example
 * const keyring = parseMasterKeys(text);
 * keyring.current.id; // "2026-01"
 * keyring.ids;        // ["2026-01", "2025-07"]
 */
export class Keyring {
  readonly current: MasterKey;
  readonly ids: readonly string[];
  readonly #byId: ReadonlyMap<string, MasterKey>;

  /** @throws {@link MasterKeyError} when the list is empty or two entries share an id or a key. */
  constructor(keys: readonly MasterKey[]) {
    const [current] = keys;
    if (current === undefined) throw new MasterKeyError("no master key is given");
    const faults = twinFaults(keys);
    if (faults.length > 0) throw new MasterKeyError(faults.join("; "));
    this.current = current;
    this.ids = Object.freeze(keys.map((key) => key.id));
    this.#byId = new Map(keys.map((key) => [key.id, key]));
  }

  find(masterKeyId: string): MasterKey | undefined {
    return this.#byId.get(masterKeyId);
  }
}

/**
 * Reads `id:64 hex,id:64 hex`; the first entry is the current key. White space around entries is allowed,
 * because secrets often come out of files with a line end.
 *
 * @throws {@link MasterKeyError} naming every wrong entry by its position, and nothing of its text: what was
 * meant as an id may be half of a key.
 * @example parseMasterKeys(`${generateMasterKey("2026-01")},${olderEntry}`)
 */
export function parseMasterKeys(text: string): Keyring {
  if (text.trim() === "") throw new MasterKeyError("no master key is given");
  const faults: string[] = [];
  const keys: MasterKey[] = [];
  text.split(",").forEach((entry, index) => {
    const fault = parseEntry(entry.trim(), keys);
    if (fault !== undefined) faults.push(`master key entry ${index + 1}: ${fault}`);
  });
  if (faults.length > 0) throw new MasterKeyError(faults.join("; "));
  return new Keyring(keys);
}

/**
 * A fresh entry for {@link parseMasterKeys}: `id:` and 64 hex digits of 32 random bytes.
 *
 * @throws {@link MasterKeyError} for an id that is not `[A-Za-z0-9_-]{1,32}`.
 */
export function generateMasterKey(id: string): string {
  if (!masterKeyIdPattern.test(id)) throw new MasterKeyError(idFault);
  return `${id}:${randomBytes(keyBytes).toString("hex")}`;
}

const idFault = "the id must be 1 to 32 of A-Z a-z 0-9 _ -";
const keyFault = "the key must be 32 bytes, written as 64 hex digits";
const placeholderFault = "a key of zeros is no secret; use what `openssl rand -hex 32` prints";

function parseEntry(entry: string, keys: MasterKey[]): string | undefined {
  const colon = entry.indexOf(":");
  if (colon === -1) return "must have the form id:key";
  const id = entry.slice(0, colon);
  const hex = entry.slice(colon + 1);
  if (!masterKeyIdPattern.test(id)) return idFault;
  if (!hexKeyPattern.test(hex)) return keyFault;
  if (/^0+$/.test(hex)) return placeholderFault;
  keys.push(new MasterKey(id, Buffer.from(hex, "hex")));
  return undefined;
}

/** Two ids for one key would make a rotation that changes nothing look done. */
function twinFaults(keys: readonly MasterKey[]): string[] {
  const faults: string[] = [];
  keys.forEach((key, index) => {
    keys.slice(0, index).forEach((earlier, earlierIndex) => {
      const both = `master key entries ${earlierIndex + 1} and ${index + 1} have the same`;
      if (earlier.id === key.id) faults.push(`${both} id`);
      if (earlier.hasSameBytes(key)) faults.push(`${both} key`);
    });
  });
  return faults;
}
