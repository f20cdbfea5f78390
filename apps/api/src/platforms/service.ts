import { randomUUID } from "node:crypto";
import { isId, mintId, mintKey } from "@onehazel/crypto";
import { type ConnectionOptions, type Database, inTenant, type TenantTransaction } from "@onehazel/db";
import { auditCommand } from "../audit/service.js";
import {
  asOwner,
  insertPlatform,
  insertPlatformKey,
  listPlatformKeyRows,
  listPlatformRows,
  locate,
  platformExists,
  updatePlatformKeyRevoked,
} from "./repository.js";

export { asOwner } from "./repository.js";

/** A platform as the command line shows it. */
export interface Platform {
  readonly platformId: string;
  readonly name: string;
  /** Calls a minute of the category `management`; null: the default. */
  readonly managementLimit: number | null;
  readonly operators: number;
  readonly createdAt: string;
}

/** A platform's key, without what only its creation shows. */
export interface PlatformKey {
  readonly keyId: string;
  readonly keyHash: string;
  readonly label: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revoked: boolean;
}

export const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A new platform with its first key, whose plaintext is in this answer and nowhere else. */
export async function createPlatform(
  owner: ConnectionOptions,
  platform: { name: string; managementLimit?: number | undefined },
): Promise<{ platformId: string; platformKey: string }> {
  const platformId = mintId("plat");
  const { plaintext, hash } = mintKey("platform");
  await asOwner(owner, (db) =>
    inTenant(db, { platformId }, async (tx) => {
      const { name, managementLimit } = platform;
      await insertPlatform(tx, { id: platformId, name, managementLimit });
      await insertPlatformKey(tx, { platformId, id: randomUUID(), keyHash: hash, label: undefined });
      await auditCommand(tx, { action: "platform.create", targetId: platformId, platformId });
    }),
  );
  return { platformId, platformKey: plaintext };
}

/** Oldest first. */
export async function listPlatforms(owner: ConnectionOptions): Promise<Platform[]> {
  const rows = await asOwner(owner, listPlatformRows);
  return rows.map((row) => ({
    platformId: row.id,
    name: row.name,
    managementLimit: row.management_limit,
    operators: Number(row.operators),
    createdAt: row.created_at.toISOString(),
  }));
}

/** Undefined when there is no such platform. The plaintext is in this answer and nowhere else. */
export async function createPlatformKey(
  owner: ConnectionOptions,
  platformId: string,
  label: string | undefined,
): Promise<{ keyId: string; platformKey: string } | undefined> {
  const keyId = randomUUID();
  const { plaintext, hash } = mintKey("platform");
  return inPlatform(owner, platformId, async (tx) => {
    await insertPlatformKey(tx, { platformId, id: keyId, keyHash: hash, label });
    await auditCommand(tx, { action: "key.create", targetId: keyId, platformId });
    return { keyId, platformKey: plaintext };
  });
}

/** Newest first, revoked ones included. Undefined when there is no such platform. */
export async function listPlatformKeys(
  owner: ConnectionOptions,
  platformId: string,
): Promise<PlatformKey[] | undefined> {
  return inPlatform(owner, platformId, async (tx) => {
    const rows = await listPlatformKeyRows(tx, platformId);
    return rows.map((row) => ({
      keyId: row.id,
      keyHash: row.key_hash.toString("hex"),
      label: row.label,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at?.toISOString() ?? null,
      revoked: row.revoked_at !== null,
    }));
  });
}

/** Again is no error. `found` is false for a key that the platform lacks. Undefined when there is no such platform. */
export async function revokePlatformKey(
  owner: ConnectionOptions,
  platformId: string,
  keyId: string,
): Promise<{ found: boolean; activeLeft: number } | undefined> {
  return inPlatform(owner, platformId, async (tx) => {
    const found = uuidForm.test(keyId) && (await updatePlatformKeyRevoked(tx, platformId, keyId)) === 1;
    if (found) await auditCommand(tx, { action: "key.revoke", targetId: keyId, platformId });
    const rows = await listPlatformKeyRows(tx, platformId);
    return { found, activeLeft: rows.filter((row) => row.revoked_at === null).length };
  });
}

/** Whose an operator or a platform is: the operator's platform, or the platform itself. Undefined when it is neither. */
export async function findPlatformOf(db: Database, actorId: string): Promise<string | undefined> {
  if (isId("op", actorId)) return (await locate(db, { operatorId: actorId })).platform_id ?? undefined;
  if (!isId("plat", actorId)) return undefined;
  const found = await inTenant(db, { platformId: actorId }, (tx) => platformExists(tx, actorId));
  return found ? actorId : undefined;
}

async function inPlatform<T>(
  owner: ConnectionOptions,
  platformId: string,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T | undefined> {
  if (!isId("plat", platformId)) return undefined;
  return asOwner(owner, (db) =>
    inTenant(db, { platformId }, async (tx) =>
      (await platformExists(tx, platformId)) ? work(tx) : undefined,
    ),
  );
}
