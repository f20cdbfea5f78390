import { type Database, migrationStatus } from "@onehazel/db";
import { Refusal } from "./refusal.js";

/**
 * Throws `Refusal` for a login that row-level security would not hold: superusers and BYPASSRLS pass it by, an owner can
 * switch it off, and `onehazel_auth` sees every tenant. Being able to become one of them counts as being it.
 */
export async function refusePrivileges(db: Database): Promise<void> {
  const { rows } = await db.pool.query(`
    select
      current_user as role,
      bool_or(r.rolsuper) as "a superuser",
      bool_or(r.rolbypassrls) as "exempt by BYPASSRLS",
      bool_or(r.rolname = 'onehazel_auth') as "a member of onehazel_auth",
      bool_or(r.oid in (select c.relowner from pg_class c where c.relnamespace = 'public'::regnamespace))
        as "an owner of tables"
    from pg_roles r
    where pg_has_role(current_user, r.oid, 'member')`);
  const { role, ...privileges } = rows[0] as { role: string } & Record<string, unknown>;
  const held = Object.keys(privileges).filter((privilege) => privileges[privilege] === true);
  if (held.length === 0) return;
  // A superuser may become anyone; that it is one says it all.
  const faults = held.includes("a superuser") ? ["a superuser"] : held;
  throw new Refusal(
    `The server will not run as the database role "${role}": it is ${faults.join(", ")}, so row-level security would not ` +
      "hold. Let DATABASE_URL log in as onehazel_server or a member of it, and give the owner to " +
      "`DATABASE_OWNER_URL=… pnpm admin migrate` only.",
  );
}

const insufficientPrivilege = "42501";

/** Throws `Refusal` unless the schema is what this build expects. */
export async function refusePending(db: Database): Promise<void> {
  const { pending, functionsCurrent } = await migrationStatus(db).catch((error: unknown) => {
    if ((error as { code?: string }).code !== insufficientPrivilege) throw error;
    throw new Refusal(
      "DATABASE_URL's login may not read the schema. As the owner run: grant onehazel_server to <login>; a login that is " +
        "NOINHERIT must be made INHERIT.",
    );
  });
  if (pending.length === 0 && functionsCurrent) return;
  const what =
    pending.length > 0
      ? `it lacks ${pending.length} ${pending.length === 1 ? "migration" : "migrations"}`
      : "its functions are another build's";
  throw new Refusal(
    `The database is not up to date: ${what}. Run \`DATABASE_OWNER_URL=… pnpm admin migrate\` first.`,
  );
}
