import { schemeVersion } from "./derive.js";
import { DerivedKeys } from "./derived-keys.js";
import type { Keyring } from "./keyring.js";
import { encodeParts } from "./parts.js";
import { Opener, type SealedRecord, Sealer } from "./record.js";

/** The size of an operator's salt, drawn once from a cryptographic generator and kept in its row. */
export const operatorSaltBytes = 32;

/** What an operator's keyed hashes are for; each purpose has a key of its own. */
export type OperatorHmacPurpose = "fingerprint" | "erased-external-id";

/**
 * The keys of one operator: operator key = HKDF-SHA-256(master key, salt, info = version and operator id),
 * record key = HKDF-SHA-256(operator key, info = kind and id). Who destroys the salt has destroyed them.
 *
 * Deriving is lazy and remembered inside the instance, so keep one per operator for a while. A cache that
 * evicts one should just drop it: requests may still hold it.
 *
 * @example
 * const keys = new OperatorKeys(keyring, { operatorId, salt });
 * const record = { kind: "entity", externalId: "player-1" } as const;
 * const sealed = keys.sealer(record).seal("email", "ada@example.com");
 * keys.opener(record).open("email", sealed); // "ada@example.com"
 */
export class OperatorKeys {
  readonly operatorId: string;
  readonly #keys: DerivedKeys;

  /**
   * @param owner `salt` is exactly 32 bytes; copied
   * @throws TypeError for a salt of another size or an empty operator id.
   */
  constructor(keyring: Keyring, owner: { readonly operatorId: string; readonly salt: Uint8Array }) {
    if (owner.operatorId === "") throw new TypeError("an operator id is required");
    if (owner.salt.byteLength !== operatorSaltBytes) throw new TypeError("an operator's salt has 32 bytes");
    this.operatorId = owner.operatorId;
    this.#keys = new DerivedKeys(keyring, owner.salt, encodeParts([schemeVersion, owner.operatorId]));
  }

  /** For one record, under the current master key. Derives its key once: make it once per write. */
  sealer(record: SealedRecord): Sealer {
    return new Sealer(this.#keys, this.operatorId, record);
  }

  /** For one record, under any master key of the ring. */
  opener(record: SealedRecord): Opener {
    return new Opener(this.#keys, this.operatorId, record);
  }

  /**
   * A keyed hash, 32 bytes, that only this operator's key can make: HMAC-SHA-256 over length-prefixed parts.
   * The caller stores the master key's id beside it, and compares under that one after a rotation.
   *
   * @throws `UnknownMasterKeyError` when the ring has no such master key.
   */
  hmac(purpose: OperatorHmacPurpose, masterKeyId: string, parts: readonly (string | Uint8Array)[]): Buffer {
    return this.#keys.hmac(purpose, masterKeyId, parts);
  }

  /**
   * Zeroes what the instance remembers; afterwards it derives nothing more and throws. Sealers made before
   * have their own key and finish their record.
   */
  destroy(): void {
    this.#keys.destroy();
  }
}
