import {
  type ConnectionOptions,
  lockNotAvailable,
  type MigrateReport,
  migrate,
  openDatabase,
} from "@onehazel/db";
import { Refusal } from "./refusal.js";

/** Brings a database up to this build as its owner. Throws `Refusal` where the person at the terminal can mend it. */
export async function bringUpToDate(
  owner: ConnectionOptions,
  say: (message: string) => void,
): Promise<MigrateReport> {
  try {
    return await migrate(owner, { onProgress: say });
  } catch (error) {
    throw (await missingCreateRole(owner, error)) ?? migratingFault(error);
  }
}

const insufficientPrivilege = "42501";

/** The roles are made by the first migration, so an owner that may not make any gets no further than that. */
async function missingCreateRole(owner: ConnectionOptions, cause: unknown): Promise<Refusal | undefined> {
  if ((cause as { code?: string }).code !== insufficientPrivilege) return undefined;
  const db = openDatabase({ ...owner, poolMax: 1 });
  try {
    const { rows } = await db.pool.query<{ role: string; may: boolean }>(`
      select quote_ident(rolname) as role, rolcreaterole or rolsuper as may from pg_roles where rolname = current_user`);
    const [login] = rows;
    if (login === undefined || login.may) return undefined;
    return new Refusal(
      "Migrating failed: the owner may not create roles, and the first migration makes those that the server and the worker " +
        `act as. As a superuser run this, then migrate again:\n  alter role ${login.role} createrole;`,
      { cause },
    );
  } finally {
    await db.close();
  }
}

/** Their texts name roles and tables; those of other errors of PostgreSQL may quote rows, and are for the log. */
const tellable = new Map([
  [insufficientPrivilege, "the login may not do it"],
  [lockNotAvailable, "a table was busy for too long; try again"],
  ["P0001", "a migration refused"],
]);

function migratingFault(error: unknown): unknown {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  if (code === undefined && message.startsWith("the database is newer")) {
    return new Refusal(`Migrating failed: ${message}.`, { cause: error });
  }
  const reason = tellable.get(code ?? "");
  if (reason === undefined) return error;
  const text = message.split(" - ").at(-1);
  const advice = hint === undefined ? "" : `\n${hint}`;
  return new Refusal(`Migrating failed: ${reason}: ${text}${advice}`, { cause: error });
}
