import { hmacSha256, schemeVersion } from "./derive.js";
import { DerivedKeys } from "./derived-keys.js";
import { UnknownMasterKeyError } from "./errors.js";
import type { Keyring } from "./keyring.js";
import { encodeParts } from "./parts.js";

const noSalt = new Uint8Array(0);

/**
 * The keyed hashes of one platform: its key = HKDF-SHA-256(master key, no salt, info = version, `platform`
 * and its id). A platform holds no personal data, so there is no salt to destroy and nothing to seal.
 */
export class PlatformKeys {
  readonly platformId: string;
  readonly #keys: DerivedKeys;

  constructor(keyring: Keyring, platformId: string) {
    this.platformId = platformId;
    this.#keys = new DerivedKeys(keyring, noSalt, encodeParts([schemeVersion, "platform", platformId]));
  }

  /** As `OperatorKeys.hmac`. */
  hmac(purpose: "fingerprint", masterKeyId: string, parts: readonly (string | Uint8Array)[]): Buffer {
    return this.#keys.hmac(purpose, masterKeyId, parts);
  }

  /** Zeroes what the instance remembers; afterwards it throws. */
  destroy(): void {
    this.#keys.destroy();
  }
}

/**
 * A keyed hash, 32 bytes, for what belongs to the server and to no owner: HMAC-SHA-256 over length-prefixed
 * parts, under HKDF-SHA-256(master key, no salt, info = version, `server` and purpose).
 *
 * @throws `UnknownMasterKeyError` when the ring has no such master key.
 * @example serverHmac(keyring, keyring.current.id, "cursor", [path, filters, position])
 */
export function serverHmac(
  keyring: Keyring,
  masterKeyId: string,
  purpose: "cursor" | "check",
  parts: readonly (string | Uint8Array)[],
): Buffer {
  const masterKey = keyring.find(masterKeyId);
  if (masterKey === undefined) throw new UnknownMasterKeyError(masterKeyId);
  const key = masterKey.derive(noSalt, encodeParts([schemeVersion, "server", purpose]));
  return hmacSha256(key, encodeParts(parts));
}
