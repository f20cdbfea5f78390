import { randomUUID } from "node:crypto";
import { mintKey } from "@onehazel/crypto";
import { instantText, type TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import type { Credential } from "../http/credential.js";
import { ApiError, type Fault, validationFailed } from "../http/errors.js";
import { parseInstant, storedInstantFaults } from "../http/time.js";
import {
  countActiveKeys,
  deleteKey,
  findKey,
  insertKey,
  type ListedKeyRow,
  listKeys,
  lockKeys,
  renameKey,
  revokeKey,
} from "./repository.js";

type ApiKey = components["schemas"]["ApiKey"];
type ApiKeyCreated = components["schemas"]["ApiKeyCreated"]["data"];

/** More would be a leak of automation, not a need. Expired ones don't count. */
const activeKeysMax = 100;
const listedKeysMax = 1_000;
/** A key that expires within this time does not count as a remaining key. */
const remainingSecondsMin = 60;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface NewKey {
  readonly operatorId: string;
  /** Where the request names the operator. */
  readonly operatorField: "operatorId" | "id";
  readonly label: string | null | undefined;
  readonly expiresAt: string | null | undefined;
  readonly access: "write" | "read" | undefined;
  readonly createdBy: "platform" | "operator" | "user";
}

/** Who makes a key, as its row says it. */
export function creatorOf({ actor, reach }: Credential): NewKey["createdBy"] {
  return actor.type === "user" ? "user" : reach;
}

/** What no schema can say: an expiry on a day that no calendar has. */
export function expiryFaults(body: unknown): Fault[] {
  const expiresAt = (body as { expiresAt?: unknown } | null)?.expiresAt;
  return typeof expiresAt === "string" ? storedInstantFaults(expiresAt, "expiresAt") : [];
}

/** The only place where a key's plaintext exists. Throws `VALIDATION_FAILED` over the bound, or for a past expiry. */
export async function createKey(tx: TenantTransaction, wanted: NewKey): Promise<ApiKeyCreated> {
  const expiresAt = wanted.expiresAt == null ? null : parseInstant(wanted.expiresAt, "expiresAt");
  await lockKeys(tx, wanted.operatorId);
  const { active } = await countActiveKeys(tx, wanted.operatorId);
  if (active >= activeKeysMax) {
    throw validationFailed([
      {
        field: wanted.operatorField,
        message: `has ${activeKeysMax} active keys, the most there may be; revoke one first`,
      },
    ]);
  }
  const { plaintext, hash } = mintKey("operator");
  const row = await insertKey(tx, {
    id: randomUUID(),
    operator_id: wanted.operatorId,
    key_hash: hash,
    label: wanted.label ?? null,
    access: wanted.access ?? "write",
    created_by: wanted.createdBy,
    expires_at: expiresAt,
  });
  if (row === undefined) throw validationFailed([{ field: "expiresAt", message: "must be in the future" }]);
  return {
    id: row.id,
    key: plaintext,
    label: row.label,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    access: row.access,
  };
}

/** All active keys and the newest others, newest first. Masked: the hash's first 8 and last 4 digits. */
export async function listOperatorKeys(
  tx: TenantTransaction,
  operatorId: string,
  options: { masked: boolean },
): Promise<ApiKey[]> {
  const rows = await listKeys(tx, operatorId, listedKeysMax);
  return rows.map((row) => present(row, options.masked));
}

/** Throws `KEY_NOT_FOUND`. */
export async function renameOperatorKey(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  label: string,
): Promise<void> {
  if (!uuid.test(id) || (await renameKey(tx, operatorId, id, label)) === 0) throw keyNotFound();
}

/**
 * Revokes a key; revoking it again is not an error. With `guard`, the last active key and the last active `write` key cannot be revoked;
 * keys that expire within a minute do not count as remaining ones. Throws `KEY_NOT_FOUND` or `LAST_ACTIVE_KEY`.
 */
export async function revokeOperatorKey(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  options: { guard: boolean },
): Promise<void> {
  if (!uuid.test(id)) throw keyNotFound();
  await lockKeys(tx, operatorId);
  const key = await findKey(tx, operatorId, id);
  if (key === undefined) throw keyNotFound();
  if (options.guard && key.is_active) {
    const others = await countActiveKeys(tx, operatorId, {
      exceptId: id,
      afterSeconds: remainingSecondsMin,
    });
    if (others.active === 0 || (key.access === "write" && others.active_write === 0)) {
      throw new ApiError(
        "LAST_ACTIVE_KEY",
        "Cannot revoke your last active API key — create a new one first",
      );
    }
  }
  await revokeKey(tx, operatorId, id);
}

/** Deletes a revoked key for good. Throws `KEY_NOT_FOUND` or `KEY_STILL_ACTIVE`. */
export async function deleteOperatorKey(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<void> {
  if (!uuid.test(id)) throw keyNotFound();
  await lockKeys(tx, operatorId);
  const key = await findKey(tx, operatorId, id);
  if (key === undefined) throw keyNotFound();
  if (key.revoked_at === null) {
    throw new ApiError("KEY_STILL_ACTIVE", "Cannot delete an active key — revoke it first");
  }
  await deleteKey(tx, operatorId, id);
}

function keyNotFound(): ApiError {
  return new ApiError("KEY_NOT_FOUND", "Key not found");
}

function present(row: ListedKeyRow, masked: boolean): ApiKey {
  const hash = row.key_hash_hex;
  return {
    id: row.id,
    operatorId: row.operator_id,
    keyHash: masked ? `${hash.slice(0, 8)}…${hash.slice(-4)}` : hash,
    label: row.label,
    createdAt: instantText(row.created_at_ms),
    lastUsedAt: row.last_used_at_ms === null ? null : instantText(row.last_used_at_ms),
    revoked: row.is_revoked,
    expiresAt: row.expires_at_ms === null ? null : instantText(row.expires_at_ms),
    access: row.access,
    createdBy: row.created_by,
  };
}
