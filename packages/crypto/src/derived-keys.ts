import { HkdfExpander, hkdfExtract, KeyedHash } from "./derive.js";
import { UnknownMasterKeyError } from "./errors.js";
import type { Keyring } from "./keyring.js";
import { encodeParts } from "./parts.js";

const noSalt = new Uint8Array(0);

/**
 * The keys below one owner (an operator or a platform), for each master key in use. The owner's key is
 * kept only as extracted by HKDF, so that a key below it costs one HMAC. Derived when first needed.
 */
export class DerivedKeys {
  readonly keyring: Keyring;
  readonly #salt: Buffer;
  readonly #info: Buffer;
  readonly #extracted = new Map<string, HkdfExpander>();
  readonly #hashes = new Map<string, KeyedHash>();
  #destroyed = false;

  constructor(keyring: Keyring, salt: Uint8Array, info: Buffer) {
    this.keyring = keyring;
    this.#salt = Buffer.from(salt);
    this.#info = info;
  }

  /** HKDF-SHA-256(owner key, no salt, info). */
  derive(masterKeyId: string, info: Buffer): Buffer {
    return this.#extract(masterKeyId).expand(info);
  }

  /** HMAC-SHA-256 of the length-prefixed parts under HKDF-SHA-256(owner key, info = purpose). */
  hmac(purpose: string, masterKeyId: string, parts: readonly (string | Uint8Array)[]): Buffer {
    this.#refuseDestroyed();
    // Neither ids nor purposes have a dot.
    const name = `${masterKeyId}.${purpose}`;
    let hash = this.#hashes.get(name);
    if (hash === undefined) {
      const key = this.derive(masterKeyId, encodeParts([purpose]));
      hash = new KeyedHash(key);
      key.fill(0);
      this.#hashes.set(name, hash);
    }
    return hash.digest(encodeParts(parts));
  }

  destroy(): void {
    this.#destroyed = true;
    this.#salt.fill(0);
    for (const key of this.#extracted.values()) key.destroy();
    for (const hash of this.#hashes.values()) hash.destroy();
    this.#extracted.clear();
    this.#hashes.clear();
  }

  #extract(masterKeyId: string): HkdfExpander {
    this.#refuseDestroyed();
    const known = this.#extracted.get(masterKeyId);
    if (known !== undefined) return known;
    const masterKey = this.keyring.find(masterKeyId);
    if (masterKey === undefined) throw new UnknownMasterKeyError(masterKeyId);
    const ownerKey = masterKey.derive(this.#salt, this.#info);
    const extracted = hkdfExtract(noSalt, ownerKey);
    const expander = new HkdfExpander(extracted);
    ownerKey.fill(0);
    extracted.fill(0);
    this.#extracted.set(masterKeyId, expander);
    return expander;
  }

  /** A zeroed salt or key would still seal, and anyone could open it. */
  #refuseDestroyed(): void {
    if (this.#destroyed) throw new Error("these keys were destroyed");
  }
}
