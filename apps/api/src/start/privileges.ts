import { type Database, migrationStatus } from "@onehazel/db";
import { Refusal } from "./refusal.js";

const settings = { server: "DATABASE_URL", worker: "DATABASE_WORKER_URL" } as const;

/**
 * Throws `Refusal` for a login that row-level security would not hold: superusers and BYPASSRLS pass it by, an owner can
 * switch it off, and `onehazel_auth` sees every tenant. Being able to become one of them counts as being it.
 */
export async function refusePrivileges(db: Database, program: "server" | "worker" = "server"): Promise<void> {
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
    `The ${program} will not run as the database role "${role}": it is ${faults.join(", ")}, so row-level security would ` +
      `not hold. Let ${settings[program]} log in as onehazel_${program} or a member of it, and give the owner to ` +
      "`DATABASE_OWNER_URL=… pnpm admin migrate` only.",
  );
}

const insufficientPrivilege = "42501";

/** Throws `Refusal` unless the schema is what this build expects, or a later build's, which still serves this one. */
export async function refusePending(db: Database, program: "server" | "worker" = "server"): Promise<void> {
  const { pending, functionsCurrent, isNewer } = await migrationStatus(db).catch(async (error: unknown) => {
    if ((error as { code?: string }).code !== insufficientPrivilege) throw error;
    throw await unreadable(db, program);
  });
  if (pending.length === 0 && (functionsCurrent || isNewer)) return;
  const what =
    pending.length > 0
      ? `it lacks ${pending.length} ${pending.length === 1 ? "migration" : "migrations"}`
      : "its functions are another build's";
  throw new Refusal(
    `The database is not up to date: ${what}. Run \`DATABASE_OWNER_URL=… pnpm admin migrate\` first.`,
  );
}

/** The login is not in the program's role, or is in it without inheriting what that may do. */
async function unreadable(db: Database, program: "server" | "worker"): Promise<Refusal> {
  const { rows } = await db.pool.query<{ login: string; remedy: string }>(`
    select
      quote_ident(current_user) as login,
      case
        when current_setting('server_version_num')::int >= 160000
          then format('grant onehazel_${program} to %I with inherit true;', current_user)
        else format('grant onehazel_${program} to %I; alter role %I inherit;', current_user, current_user)
      end as remedy`);
  const { login, remedy } = rows[0] as (typeof rows)[number];
  return new Refusal(
    `The database role ${login} may not read the schema: it has none of the rights of onehazel_${program}. As the owner of the ` +
      `schema run this, then start again:\n  ${remedy}`,
  );
}
