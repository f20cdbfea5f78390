import { isId } from "@onehazel/crypto";
import { type ConnectionOptions, inTenant } from "@onehazel/db";
import { revokeOperatorKey } from "../api-keys/service.js";
import { auditCommand } from "../audit/service.js";
import { suspendOperator, takeOperator } from "../operators/service.js";
import { asOwner, locate, updatePlatformKeyRevoked } from "./repository.js";

/** What a leaked key is known by. */
export type KeyName = { readonly keyId: string } | { readonly keyHash: Buffer };

/** Whose key it was; `operatorId` is null for a platform's own. */
export interface RevokedKey {
  readonly keyId: string;
  readonly platformId: string;
  readonly operatorId: string | null;
}

/** Shuts an operator out, whosever it is. Again is no error. Undefined when there is no such operator. */
export async function suspendAnyOperator(
  owner: ConnectionOptions,
  operatorId: string,
): Promise<{ operatorId: string; platformId: string; suspendedAt: string } | undefined> {
  if (!isId("op", operatorId)) return undefined;
  return asOwner(owner, async (db) => {
    const { platform_id: platformId } = await locate(db, { operatorId });
    if (platformId === null) return undefined;
    const suspendedAt = await inTenant(db, { platformId }, (tx) =>
      suspendOperator(tx, platformId, operatorId),
    );
    return { operatorId, platformId, suspendedAt };
  });
}

/** Revokes a key of any operator or platform, the last one too. Again is no error. Undefined when it is nobody's. */
export async function revokeAnyKey(owner: ConnectionOptions, name: KeyName): Promise<RevokedKey | undefined> {
  return asOwner(owner, async (db) => {
    const located = await locate(db, name);
    const { platform_id: platformId, operator_id: operatorId, key_id: keyId } = located;
    if (platformId === null || keyId === null) return undefined;
    await inTenant(db, { platformId }, async (tx) => {
      if (operatorId === null) {
        await updatePlatformKeyRevoked(tx, platformId, keyId);
      } else {
        await takeOperator(tx, platformId, operatorId);
        await revokeOperatorKey(tx, operatorId, keyId, { guard: false });
      }
      const act = { action: "key.revoke", targetId: keyId, platformId } as const;
      await auditCommand(tx, operatorId === null ? act : { ...act, operatorId });
    });
    return { keyId, platformId, operatorId };
  });
}
