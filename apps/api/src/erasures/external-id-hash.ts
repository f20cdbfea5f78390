import type { OperatorCredential } from "../http/credential.js";
import type { TenantKeys } from "../http/tenant-keys.js";

/** The hash that an erased entity keeps of its external id. Depends on a master key and the operator's salt. */
export function hashExternalId(
  keys: TenantKeys,
  credential: Pick<OperatorCredential, "operatorId" | "piiSalt">,
  masterKeyId: string,
  externalId: string,
): Buffer {
  return keys.operator(credential).hmac("erased-external-id", masterKeyId, [externalId]);
}

/** All hashes that an erased entity with this external id can have: one per master key, because a rotation does not update them. */
export function listExternalIdHashes(
  keys: TenantKeys,
  credential: Pick<OperatorCredential, "operatorId" | "piiSalt">,
  externalId: string,
): Buffer[] {
  return keys.keyring.ids.map((masterKeyId) => hashExternalId(keys, credential, masterKeyId, externalId));
}
