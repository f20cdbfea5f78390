import { type ConnectionOptions, type MigrateReport, migrate } from "@onehazel/db";
import { Refusal } from "./refusal.js";

/** Brings a database up to this build as its owner. Throws `Refusal` where the person at the terminal can mend it. */
export async function bringUpToDate(
  owner: ConnectionOptions,
  say: (message: string) => void,
): Promise<MigrateReport> {
  try {
    return await migrate(owner, { onProgress: say });
  } catch (error) {
    throw migratingFault(error);
  }
}

/** Their texts name roles and tables; those of other errors of PostgreSQL may quote rows, and are for the log. */
const tellable = new Map([
  ["42501", "the login may not do it"],
  ["55P03", "a table was busy for too long; try again"],
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
