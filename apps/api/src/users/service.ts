import { type ConnectionOptions, type Database, inTenant, type TenantTransaction } from "@onehazel/db";
import { type AuditAction, auditCommand } from "../audit/service.js";
import { takeOperator } from "../operators/service.js";
import { asOwner, findPlatformOf } from "../platforms/service.js";
import {
  deleteUserProfile,
  insertUserProfile,
  listUserProfiles,
  type Place,
  type Role,
  type UserProfileRow,
  updateUserRole,
} from "./repository.js";

export type { Role } from "./repository.js";

/** A person whose session is taken, as the command line shows it. */
export interface User {
  readonly userId: string;
  /** The operator or the platform that they act for. */
  readonly actorId: string;
  readonly role: Role;
  readonly createdAt: string;
}

export type Linking = "linked" | "unknown actor" | "linked elsewhere";

/** Lets a person's session act for an operator or a platform. Again is no error, and sets the role. */
export async function linkUser(
  owner: ConnectionOptions,
  { userId, actorId, role }: Omit<User, "createdAt">,
): Promise<Linking> {
  return asOwner(owner, async (db) => {
    const platformId = await findPlatformOf(db, actorId);
    if (platformId === undefined) return "unknown actor";
    const place = { platformId, operatorId: actorId === platformId ? undefined : actorId };
    const linked = await inPlace(db, place, { action: "user.link", targetId: userId }, async (tx) => {
      if (await insertUserProfile(tx, userId, place, role)) return true;
      return (await updateUserRole(tx, userId, place, role)) === 1;
    });
    return linked ? "linked" : "linked elsewhere";
  });
}

/** Ends what a person's session reaches, from the next request on. Undefined when they are linked to nothing. */
export async function unlinkUser(owner: ConnectionOptions, userId: string): Promise<User | undefined> {
  return asOwner(owner, async (db) => {
    const [row] = await listUserProfiles(db, userId);
    if (row === undefined) return undefined;
    const place = { platformId: row.platform_id, operatorId: row.operator_id ?? undefined };
    const unlinked = await inPlace(
      db,
      place,
      { action: "user.unlink", targetId: userId },
      async (tx) => (await deleteUserProfile(tx, userId, place)) === 1,
    );
    return unlinked ? present(row) : undefined;
  });
}

/** Oldest first. */
export async function listUsers(owner: ConnectionOptions): Promise<User[]> {
  return (await asOwner(owner, (db) => listUserProfiles(db, undefined))).map(present);
}

/** Does something where a person is linked, and writes it down if it was done. */
async function inPlace(
  db: Database,
  { platformId, operatorId }: Place,
  act: { readonly action: AuditAction; readonly targetId: string },
  work: (tx: TenantTransaction) => Promise<boolean>,
): Promise<boolean> {
  return inTenant(db, { platformId }, async (tx) => {
    if (operatorId !== undefined) await takeOperator(tx, platformId, operatorId);
    const done = await work(tx);
    const whose = operatorId === undefined ? { platformId } : { platformId, operatorId };
    if (done) await auditCommand(tx, { ...act, ...whose });
    return done;
  });
}

function present(row: UserProfileRow): User {
  return {
    userId: row.user_id,
    actorId: row.operator_id ?? row.platform_id,
    role: row.role,
    createdAt: row.created_at.toISOString(),
  };
}
