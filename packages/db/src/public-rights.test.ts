import { afterEach, beforeEach, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { migrate } from "./migrate.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let superuser: Database;
beforeEach(async () => {
  database = await createEmptyDatabase();
  superuser = openDatabase({ ...database.superuser, poolMax: 1 });
});
afterEach(async () => {
  await superuser.close();
  await database.drop();
});

async function migrated(): Promise<string[]> {
  const said: string[] = [];
  await migrate(database.owner, { onProgress: (message) => said.push(message) });
  return said.filter((message) => message.includes("revoke"));
}

async function rights(): Promise<unknown> {
  const { rows } = await superuser.pool.query(`
    select has_database_privilege('onehazel_server', current_database(), 'temporary') as temporary,
      has_schema_privilege('onehazel_server', 'public', 'create') as create`);
  return rows[0];
}

it("migrating takes temporary objects and the schema from everyone, also in a database that has them again", async () => {
  expect(await migrated()).toEqual([]);
  expect(await rights()).toEqual({ temporary: false, create: false });
  await superuser.pool.query(`grant temporary on database ${database.databaseName} to public`);
  await superuser.pool.query("grant create on schema public to public");
  expect(await migrated()).toEqual([]);
  expect(await rights()).toEqual({ temporary: false, create: false });

  const server = openDatabase({ ...database.server, poolMax: 1 });
  await expect(server.pool.query("create temporary view entities as select 1")).rejects.toThrow(
    "permission denied to create temporary tables",
  );
  await server.close();
});

it("a schema owner that does not own the database sees which statement to run, until the statement was run", async () => {
  await superuser.pool.query(`alter database ${database.databaseName} owner to postgres`);
  await superuser.pool.query("alter schema public owner to onehazel_owner");
  await superuser.pool.query(`grant create on database ${database.databaseName} to onehazel_owner`);
  const told = await migrated();
  const statement = `revoke temporary on database ${database.databaseName} from public;`;
  expect(told).toEqual([
    `everyone may create temporary tables in this database; run this as its owner: ${statement}`,
  ]);
  await superuser.pool.query(statement);
  expect(await migrated()).toEqual([]);
  expect(await rights()).toEqual({ temporary: false, create: false });
});
