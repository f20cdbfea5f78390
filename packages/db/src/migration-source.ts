import type { Knex } from "knex";
import type { Migration } from "./migration.js";

/** Knex's bookkeeping: what has run, and its lock (one row). */
export const migrationsTable = "schema_migrations";
export const migrationsLockTable = "schema_migrations_lock";

/** Hands our list to knex's migrator, which would else look for files. */
export function migrationSource(
  migrations: readonly Migration[],
  onRun: (name: string) => void,
): Knex.MigrationSource<Migration> {
  assertAppendOnlyOrder(migrations);
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration) => migration.name,
    getMigration: async (migration) => ({
      up: async (knex: Knex) => {
        onRun(migration.name);
        await migration.up(knex);
      },
      down: async () => {
        throw new Error("migrations only go forward");
      },
      config: { transaction: migration.transaction ?? true },
    }),
  };
}

function assertAppendOnlyOrder(migrations: readonly Migration[]): void {
  for (const [index, { name }] of migrations.entries()) {
    const previous = migrations[index - 1]?.name;
    if (previous !== undefined && previous >= name)
      throw new Error(`migration ${name} must sort after ${previous}`);
  }
}
