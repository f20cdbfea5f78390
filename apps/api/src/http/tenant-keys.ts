import { type Keyring, OperatorKeys, PlatformKeys } from "@onehazel/crypto";
import { LRUCache } from "lru-cache";
import type { OperatorCredential } from "./credential.js";

const operatorsMax = 10_000;
const platformsMax = 1_000;

/** Derived keys, kept in bounded memory. An evicted one is dropped, not destroyed: a request may still be using it. */
export class TenantKeys {
  readonly keyring: Keyring;
  readonly #operators = new LRUCache<string, { salt: Buffer; keys: OperatorKeys }>({ max: operatorsMax });
  readonly #platforms = new LRUCache<string, PlatformKeys>({ max: platformsMax });

  constructor(keyring: Keyring) {
    this.keyring = keyring;
  }

  operator({ operatorId, piiSalt }: Pick<OperatorCredential, "operatorId" | "piiSalt">): OperatorKeys {
    const known = this.#operators.get(operatorId);
    if (known?.salt.equals(piiSalt) === true) return known.keys;
    const keys = new OperatorKeys(this.keyring, { operatorId, salt: piiSalt });
    this.#operators.set(operatorId, { salt: piiSalt, keys });
    return keys;
  }

  platform(platformId: string): PlatformKeys {
    const known = this.#platforms.get(platformId);
    if (known !== undefined) return known;
    const keys = new PlatformKeys(this.keyring, platformId);
    this.#platforms.set(platformId, keys);
    return keys;
  }
}
