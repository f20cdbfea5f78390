import type { Knex } from "knex";
import pg from "pg";
import { type ConnectionOptions, clientConfig } from "./connection-options.js";
import type { Migration } from "./migration.js";
import { migrationSource, migrationsLockTable, migrationsTable } from "./migration-source.js";
import { migrations as ourMigrations } from "./migrations/index.js";
import { knexOver } from "./pooled-client.js";
import { revokePublicRights } from "./public-rights.js";
import { migrateQueue, queueSchema } from "./queue.js";
import { applyRepeatable, ensureFunctionsTable, functionsDir, readRepeatable } from "./repeatable.js";

/** `onProgress` hears one short sentence a step. The list and the folder are this package's own unless given. */
export interface MigrateOptions {
  onProgress?: (message: string) => void;
  migrations?: readonly Migration[];
  dir?: string;
}

/** What one run did; a second run does nothing. */
export interface MigrateReport {
  applied: string[];
  functionsReplaced: boolean;
}

/** Advisory locks count per database; the number only has to be nobody else's. */
const migrateLock = 7_401_337_001;
const lockTimeoutMs = 10_000;
const checkIntervalMs = 500;

/**
 * Brings a database up to this build: pending migrations, the job queue's own, then the functions if they changed, and last the
 * rights of `public` that no database of ours should have.
 * Connect as the owner, straight to the server: a pooler in transaction mode cannot hold the advisory lock.
 *
 * Everything runs on one session, which also holds that lock. So two processes take turns, and one that is killed
 * leaves nothing behind: with its session go its lock and its open transaction. Throws when the database was
 * migrated by a newer build, and whatever a migration throws.
 *
 * @example
 * await migrate({ connectionString: ownerUrl }, { onProgress: (message) => log.info(message) });
 */
export async function migrate(
  connection: ConnectionOptions,
  { onProgress = () => undefined, migrations = ourMigrations, dir = functionsDir }: MigrateOptions = {},
): Promise<MigrateReport> {
  const session = new pg.Client(
    clientConfig({ ...connection, lockTimeoutMs: 0, applicationName: "onehazel migrate" }),
  );
  session.on("error", () => undefined);
  await session.connect();
  try {
    await takeTurn(session, onProgress);
    await ensureFunctionsTable(session);
    const applied = await runPending(session, migrations, onProgress);
    if (await schemaExists(session, queueSchema)) await migrateQueue(connection);
    const names = migrations.map(({ name }) => name);
    const functionsReplaced = await applyRepeatable(session, await readRepeatable(dir, names));
    if (functionsReplaced) onProgress("functions replaced");
    await revokePublicRights(session, onProgress);
    return { applied, functionsReplaced };
  } finally {
    await session.end();
  }
}

async function takeTurn(session: pg.Client, onProgress: (message: string) => void): Promise<void> {
  const { rows } = await session.query("select pg_try_advisory_lock($1) as held", [migrateLock]);
  if (!rows[0].held) {
    onProgress("waiting for another process to finish migrating");
    await session.query("select pg_advisory_lock($1)", [migrateLock]);
  }
  // Only now: whoever waits for a turn may wait long, a migration that waits for a busy table may not.
  await session.query(`set lock_timeout = ${lockTimeoutMs}`);
  // So that the server drops a killed process's statement, and with it the lock, before the statement ends.
  await session.query(`set client_connection_check_interval = ${checkIntervalMs}`).catch(() => undefined);
}

async function runPending(
  session: pg.Client,
  migrations: readonly Migration[],
  onProgress: (message: string) => void,
): Promise<string[]> {
  await refuseNewerDatabase(session, migrations);
  const applied: string[] = [];
  const source = migrationSource(migrations, (name) => {
    onProgress(`migrating ${name}`);
    applied.push(name);
  });
  const knex = knexOver({ connect: async () => Object.assign(session, { release: () => undefined }) });
  const config: Knex.MigratorConfig = { tableName: migrationsTable, migrationSource: source };
  await freeStaleLock(session, knex, config);
  await knex.migrate.latest(config);
  return applied;
}

/** Knex's own lock is a row, which outlives a killed process; we hold the real one, so a locked row is a leftover. */
async function freeStaleLock(session: pg.Client, knex: Knex, config: Knex.MigratorConfig): Promise<void> {
  if (!(await exists(session, migrationsLockTable))) return;
  const { rowCount } = await session.query(`select from ${migrationsLockTable} where is_locked = 0`);
  if (rowCount !== 1) await knex.migrate.forceFreeMigrationsLock(config);
}

async function refuseNewerDatabase(session: pg.Client, migrations: readonly Migration[]): Promise<void> {
  if (!(await exists(session, migrationsTable))) return;
  const known = new Set(migrations.map(({ name }) => name));
  const { rows } = await session.query<{ name: string }>(`select name from ${migrationsTable} order by id`);
  const unknown = rows.find(({ name }) => !known.has(name));
  if (unknown) throw new Error(`the database is newer than this build: it has migration ${unknown.name}`);
}

async function exists(session: pg.Client, table: string): Promise<boolean> {
  const { rows } = await session.query("select to_regclass($1) is not null as found", [table]);
  return rows[0].found;
}

async function schemaExists(session: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await session.query("select to_regnamespace($1) is not null as found", [schema]);
  return rows[0].found;
}
