import type pg from "pg";
import type { Database } from "./database.js";
import { migrationsTable } from "./migration-source.js";
import { migrations as ourMigrations } from "./migrations/index.js";
import { functionsDir, functionsTable, readRepeatable } from "./repeatable.js";

/** `applied` in the order of running; `pending` in the order to come. */
export interface MigrationStatus {
  applied: string[];
  pending: string[];
  functionsCurrent: boolean;
  /** A newer build has migrated: its functions still serve this one, as long as steps add and never take away. */
  isNewer: boolean;
}

/** Who can be asked: a `Database`, its pool, or one session. */
export interface Askable {
  query(text: string): Promise<{ rows: pg.QueryResultRow[] }>;
}

/**
 * Tells how the database compares with this build. Reads only: SELECT on the two bookkeeping tables is enough, and
 * a database that was never migrated counts as wholly pending. A name in `applied` that this build doesn't know
 * means that a newer one migrated.
 *
 * @example
 * const { pending } = await migrationStatus(db);
 */
export async function migrationStatus(
  db: { pool: Askable },
  { migrations = ourMigrations, dir = functionsDir } = {},
): Promise<MigrationStatus> {
  const { hash } = await readRepeatable(
    dir,
    migrations.map(({ name }) => name),
  );
  const applied = await column(
    db.pool,
    migrationsTable,
    `select name as value from ${migrationsTable} order by id`,
  );
  const hashes = await column(db.pool, functionsTable, `select hash as value from ${functionsTable}`);
  return {
    applied,
    pending: migrations.map(({ name }) => name).filter((name) => !applied.includes(name)),
    functionsCurrent: hashes[0] === hash,
    isNewer: applied.some((name) => !migrations.some((ours) => ours.name === name)),
  };
}

/**
 * Whether the schema has every step that this build knows; it may have more, of a newer one. One round trip. Rejects when the
 * database can't be asked.
 */
export async function isMigrated(db: Pick<Database, "query">, migrations = ourMigrations): Promise<boolean> {
  const { rows } = await db.query<{ name: string }>("is_migrated", `select name from ${migrationsTable}`);
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.every(({ name }) => applied.has(name));
}

/** Whether the database takes no writes: a standby, or one whose administrator made it read-only. */
export async function isReadOnly(db: Pick<Database, "query">): Promise<boolean> {
  const text = "select current_setting('transaction_read_only') = 'on' as read_only";
  const { rows } = await db.query<{ read_only: boolean }>("is_read_only", text);
  return rows[0]?.read_only === true;
}

async function column(pool: Askable, table: string, text: string): Promise<string[]> {
  const { rows } = await pool.query(`select to_regclass('${table}') is not null as found`);
  if (!rows[0]?.found) return [];
  return (await pool.query(text)).rows.map((row) => String(row.value));
}
