import type { OperatorCredential } from "../http/credential.js";
import type { TenantKeys } from "../http/tenant-keys.js";

/** What an erased entity keeps of its external id: a hash that needs a master key and the operator's salt. */
export function hashExternalId(
  keys: TenantKeys,
  credential: Pick<OperatorCredential, "operatorId" | "piiSalt">,
  masterKeyId: string,
  externalId: string,
): Buffer {
  return keys.operator(credential).hmac("erased-external-id", masterKeyId, [externalId]);
}

/** The hashes that an erased entity of this external id can have: one for each master key, because a rotation does not renew them. */
export function listExternalIdHashes(
  keys: TenantKeys,
  credential: Pick<OperatorCredential, "operatorId" | "piiSalt">,
  externalId: string,
): Buffer[] {
  return keys.keyring.ids.map((masterKeyId) => hashExternalId(keys, credential, masterKeyId, externalId));
}
