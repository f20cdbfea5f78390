import { type ConnectionOptions, inTenant, openDatabase, type TenantTransaction } from "@onehazel/db";

/** Opens the owner's connection for one piece of work of the command line. */
export async function asOwner<T>(
  owner: ConnectionOptions,
  work: (owner: OwnerSession) => Promise<T>,
): Promise<T> {
  const db = openDatabase({ ...owner, poolMax: 2, applicationName: "onehazel admin" });
  try {
    return await work({
      query: async (text, values) => (await db.pool.query(text, values)).rows,
      inPlatform: (platformId, run) => inTenant(db, { platformId }, run),
      inOperator: (operatorId, run) => inTenant(db, { operatorId }, run),
    });
  } finally {
    await db.close();
  }
}

/** What the owner can do: look-ups that cross tenants, and work under one tenant's scope. */
export interface OwnerSession {
  query(text: string, values: unknown[]): Promise<Record<string, unknown>[]>;
  inPlatform<T>(platformId: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T>;
  inOperator<T>(operatorId: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T>;
}

export interface PlatformRow {
  readonly id: string;
  readonly name: string;
  readonly management_limit: number | null;
  readonly created_at: Date;
  readonly operators: string;
}

export async function listPlatforms(owner: OwnerSession): Promise<PlatformRow[]> {
  return (await owner.query("select * from list_platforms()", [])) as unknown as PlatformRow[];
}

/** Whose an operator or a key is; every field null when it is nobody's. */
export interface Located {
  readonly platform_id: string | null;
  readonly operator_id: string | null;
  readonly key_id: string | null;
}

export async function locate(
  owner: OwnerSession,
  what: { operatorId?: string; keyId?: string; keyHash?: Buffer },
): Promise<Located> {
  const rows = await owner.query("select * from locate($1, $2, $3)", [
    what.operatorId ?? null,
    what.keyId ?? null,
    what.keyHash ?? null,
  ]);
  return rows[0] as unknown as Located;
}

export async function insertPlatform(
  tx: TenantTransaction,
  platform: { id: string; name: string; managementLimit: number | undefined },
): Promise<void> {
  await tx("platforms").insert({
    id: platform.id,
    name: platform.name,
    management_limit: platform.managementLimit ?? null,
  });
}

export interface PlatformKeyRow {
  readonly id: string;
  readonly key_hash: Buffer;
  readonly label: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export async function platformExists(tx: TenantTransaction, platformId: string): Promise<boolean> {
  return (await tx("platforms").where({ id: platformId }).first("id")) !== undefined;
}

export async function insertPlatformKey(
  tx: TenantTransaction,
  key: { platformId: string; id: string; keyHash: Buffer; label: string | undefined },
): Promise<void> {
  await tx("platform_keys").insert({
    platform_id: key.platformId,
    id: key.id,
    key_hash: key.keyHash,
    label: key.label ?? null,
  });
}

export async function listPlatformKeys(tx: TenantTransaction, platformId: string): Promise<PlatformKeyRow[]> {
  return tx("platform_keys").where({ platform_id: platformId }).orderBy("created_at", "desc");
}

/** Returns how many keys of that id there are: 0 or 1. */
export async function revokePlatformKey(
  tx: TenantTransaction,
  platformId: string,
  id: string,
): Promise<number> {
  return tx("platform_keys")
    .where({ platform_id: platformId, id })
    .update({ revoked_at: tx.raw("coalesce(revoked_at, now())") });
}
