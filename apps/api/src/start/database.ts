import { type ConnectionOptions, type Database, migrate, migrationStatus, openDatabase } from "@onehazel/db";
import type { Logger } from "pino";
import type { Config } from "../config.js";
import { errorForLog } from "../http/log.js";
import { StartRefused } from "./refusal.js";

const serverRole = "onehazel_server";
/** Above the ten seconds that a twin waits for its first. */
const statementTimeoutMs = 30_000;
const idleInTransactionTimeoutMs = 30_000;

/** The server's pool, with the bounds that every one of its sessions has. */
export function openServerPool(connection: ConnectionOptions, config: Config, log: Logger): Database {
  return openDatabase({
    ...connection,
    poolMax: config.databasePoolMax,
    statementTimeoutMs,
    idleInTransactionTimeoutMs,
    applicationName: "onehazel server",
    onIdleError: (error) => log.warn({ error: errorForLog(error) }, "an idle database connection was lost"),
  });
}

/**
 * Opens the database that `DATABASE_URL` names. One URL that owns the schema is a developer's: it is migrated with, and the
 * pool then acts as the server's own role. Any other must already be as little privileged as that.
 */
export async function openGivenDatabase(config: Config, log: Logger): Promise<Database> {
  const connection = { connectionString: config.databaseUrl as string };
  const single = config.databaseOwnerUrl === undefined && config.databaseWorkerUrl === undefined;
  if (single && (await ownsSchema(connection))) {
    log.warn(
      "DATABASE_URL owns the schema: migrating with it and acting as onehazel_server; this is for development",
    );
    await migrate(connection, { onProgress: (message) => log.info(message) });
    return checked(openServerPool({ ...connection, role: serverRole }, config, log));
  }
  return checked(openServerPool(connection, config, log));
}

async function checked(db: Database): Promise<Database> {
  try {
    await refusePrivileges(db);
    await refusePending(db);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function ownsSchema(connection: ConnectionOptions): Promise<boolean> {
  const db = openDatabase({ ...connection, poolMax: 1 });
  try {
    const { rows } = await db.pool.query("select has_schema_privilege('public', 'create') as owns");
    return rows[0]?.owns === true;
  } finally {
    await db.close();
  }
}

/** Row-level security binds neither superusers nor BYPASSRLS, and an owner can switch it off. */
async function refusePrivileges(db: Database): Promise<void> {
  const { rows } = await db.pool.query(`
    select r.rolname as role, r.rolsuper as superuser, r.rolbypassrls as bypassrls,
      exists (
        select from pg_class c
        where c.relnamespace = 'public'::regnamespace and pg_has_role(r.oid, c.relowner, 'usage')
      ) as owner
    from pg_roles r
    where r.rolname = current_user`);
  const role = rows[0];
  const faults = ["superuser", "bypassrls", "owner"].filter((privilege) => role?.[privilege] === true);
  if (faults.length === 0) return;
  throw new StartRefused(
    `The server will not run as the database role "${role?.role}": it is ${faults.join(", ")}, so row-level security would not ` +
      "hold. Point DATABASE_URL at a login that is onehazel_server, and DATABASE_OWNER_URL at the owner for `pnpm admin migrate`.",
  );
}

async function refusePending(db: Database): Promise<void> {
  const { pending, functionsCurrent } = await migrationStatus(db);
  if (pending.length === 0 && functionsCurrent) return;
  const what =
    pending.length > 0 ? `${pending.length} migrations are pending` : "its functions are another build's";
  throw new StartRefused(
    `The database is not up to date (${what}): run \`pnpm admin migrate\` with DATABASE_OWNER_URL first.`,
  );
}
