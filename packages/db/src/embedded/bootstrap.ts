import type pg from "pg";

export const ownerName = "onehazel_owner";
export const databaseName = "onehazel";

/** Serialises bootstrapping; the number only has to be nobody else's in the `postgres` database. */
const bootstrapLock = 7_401_337_002;

/** The role that migrates: it may create roles, but row-level security binds it like everyone else. */
export async function createOwner(superuser: pg.ClientBase): Promise<void> {
  await superuser.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${ownerName}') then
        create role ${ownerName} login createrole nosuperuser nobypassrls nocreatedb;
      end if;
    end $$`);
}

/** Creates the owner role and its database where they are missing; any number of processes may do so at once. */
export async function bootstrap(superuser: pg.ClientBase): Promise<void> {
  await superuser.query("select pg_advisory_lock($1)", [bootstrapLock]);
  try {
    await createOwner(superuser);
    const { rowCount } = await superuser.query("select from pg_database where datname = $1", [databaseName]);
    if (rowCount === 0) await superuser.query(`create database ${databaseName} owner ${ownerName}`);
  } finally {
    await superuser.query("select pg_advisory_unlock($1)", [bootstrapLock]);
  }
}
