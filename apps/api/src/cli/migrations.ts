import { type ConnectionOptions, type MigrationStatus, migrationStatus, openDatabase } from "@onehazel/db";
import type { Command } from "commander";
import { bringUpToDate } from "../start/migrating.js";
import { say } from "../start/say.js";
import { exitCode } from "./exit-codes.js";
import { print, printJson } from "./output.js";
import { withDatabase } from "./owner.js";

export function addMigrationCommands(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("migrate")
    .summary("bring the database up to this build")
    .description(
      "Brings the database up to this build. Several at once take turns; one that is killed leaves nothing stuck. Connect " +
        "straight to PostgreSQL, not through a pooler in transaction mode.",
    )
    .option("--json", 'one line: {"applied":[…],"functionsReplaced":…}')
    .addHelpText("after", "\nExample:\n  DATABASE_OWNER_URL=postgres://owner@db/onehazel pnpm admin migrate")
    .action(migrate);
  program
    .command("migrate:status")
    .summary("tell whether the database is up to date")
    .description(
      "Tells whether the database is up to date; exit code 3 if it isn't. Any login that may read it will do.",
    )
    .option("--json", 'one line: {"applied":[…],"pending":[…],"functionsCurrent":…,"isNewer":…}')
    .addHelpText("after", "\nExample:\n  pnpm admin migrate:status --json")
    .action((options) => status(options, setExitCode));
}

async function migrate({ json }: { json?: true }): Promise<void> {
  const report = await withDatabase({ upToDate: false, owner: true }, (owner) => bringUpToDate(owner, say));
  if (json) return printJson(report);
  const { applied, functionsReplaced } = report;
  if (applied.length === 0 && !functionsReplaced) return print("Up to date already.");
  print(`Up to date: ${counted(applied.length)} applied${functionsReplaced ? ", functions replaced" : ""}.`);
}

async function status({ json }: { json?: true }, setExitCode: (code: number) => void): Promise<void> {
  const found = await withDatabase({ upToDate: false, owner: false }, read);
  const { applied, pending, functionsCurrent } = found;
  if (pending.length > 0 || !functionsCurrent) setExitCode(exitCode.pending);
  if (json) return printJson(found);
  for (const name of applied) print(`applied  ${name}`);
  for (const name of pending) print(`pending  ${name}`);
  if (!functionsCurrent) print("pending  functions");
}

async function read(connection: ConnectionOptions): Promise<MigrationStatus> {
  const db = openDatabase({ ...connection, poolMax: 1 });
  try {
    return await migrationStatus(db);
  } finally {
    await db.close();
  }
}

function counted(migrations: number): string {
  return migrations === 1 ? "1 migration" : `${migrations} migrations`;
}
