import type { Database, TenantTransaction } from "@onehazel/db";

/** What a person may do where they are linked: everything, or look. */
export type Role = "owner" | "member";

export interface UserProfileRow {
  readonly user_id: string;
  readonly role: Role;
  /** Null for a platform's user. */
  readonly operator_id: string | null;
  readonly platform_id: string;
  readonly created_at: Date;
}

/** Across tenants, which the owner can't see: a definer function answers. One user, or everybody; oldest first. */
export async function listUserProfiles(db: Database, userId: string | undefined): Promise<UserProfileRow[]> {
  const { rows } = await db.query<UserProfileRow & Record<string, unknown>>(
    "list_user_profiles",
    "select user_id, role, operator_id, platform_id, created_at from list_user_profiles($1)",
    [userId ?? null],
  );
  return rows;
}

/** Whom a person is linked to: a platform, or one operator of it. */
export interface Place {
  readonly platformId: string;
  readonly operatorId: string | undefined;
}

/** False when the user is linked already, wherever that is. */
export async function insertUserProfile(
  tx: TenantTransaction,
  userId: string,
  place: Place,
  role: Role,
): Promise<boolean> {
  const inserted = await tx("user_profiles")
    .insert({ ...at(userId, place), role })
    .onConflict("user_id")
    .ignore()
    .returning("user_id");
  return inserted.length === 1;
}

/** Returns how many rows that was: 0 or 1. */
export async function updateUserRole(
  tx: TenantTransaction,
  userId: string,
  place: Place,
  role: Role,
): Promise<number> {
  return tx("user_profiles").where(at(userId, place)).update({ role });
}

/** Returns how many rows that was: 0 or 1. */
export async function deleteUserProfile(
  tx: TenantTransaction,
  userId: string,
  place: Place,
): Promise<number> {
  return tx("user_profiles").where(at(userId, place)).delete();
}

function at(userId: string, { platformId, operatorId }: Place): Record<string, string> {
  const tenant = operatorId === undefined ? { platform_id: platformId } : { operator_id: operatorId };
  return { user_id: userId, ...tenant };
}
