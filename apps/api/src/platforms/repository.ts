import { type ConnectionOptions, type Database, openDatabase, type TenantTransaction } from "@onehazel/db";

/** Opens the owner's connection for one piece of work of the command line, and closes it. */
export async function asOwner<T>(owner: ConnectionOptions, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ ...owner, poolMax: 2, applicationName: "onehazel admin" });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

export interface PlatformRow {
  readonly id: string;
  readonly name: string;
  readonly management_limit: number | null;
  readonly created_at: Date;
  readonly operators: string;
}

/** Across platforms, which the owner can't see: a definer function answers. */
export async function listPlatformRows(db: Database): Promise<PlatformRow[]> {
  const text = "select id, name, management_limit, created_at, operators from list_platforms()";
  return (await db.query<PlatformRow & Record<string, unknown>>("list_platforms", text)).rows;
}

/** Whose an operator or a key is; every field null when it is nobody's. */
export interface LocatedRow {
  readonly platform_id: string | null;
  readonly operator_id: string | null;
  readonly key_id: string | null;
}

/** Give one of the three. */
export async function locate(
  db: Database,
  what: { operatorId?: string; keyId?: string; keyHash?: Buffer },
): Promise<LocatedRow> {
  const { rows } = await db.query<LocatedRow & Record<string, unknown>>(
    "locate",
    "select platform_id, operator_id, key_id from locate($1, $2::uuid, $3)",
    [what.operatorId ?? null, what.keyId ?? null, what.keyHash ?? null],
  );
  return rows[0] as LocatedRow;
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

export async function platformExists(tx: TenantTransaction, platformId: string): Promise<boolean> {
  return (await tx("platforms").where({ id: platformId }).first("id")) !== undefined;
}

export interface PlatformKeyRow {
  readonly id: string;
  readonly key_hash: Buffer;
  readonly label: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
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

/** Newest first, revoked ones included. */
export async function listPlatformKeyRows(
  tx: TenantTransaction,
  platformId: string,
): Promise<PlatformKeyRow[]> {
  return tx("platform_keys")
    .where({ platform_id: platformId })
    .orderBy([
      { column: "created_at", order: "desc" },
      { column: "id", order: "desc" },
    ]);
}

/** Returns how many rows that was: 0 or 1. A key that is revoked keeps its time. */
export async function updatePlatformKeyRevoked(
  tx: TenantTransaction,
  platformId: string,
  id: string,
): Promise<number> {
  return tx("platform_keys")
    .where({ platform_id: platformId, id })
    .update({ revoked_at: tx.raw("coalesce(revoked_at, now())") });
}
