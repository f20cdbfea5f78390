import { afterAll, beforeAll, expect, it } from "vitest";
import { expectedGrants } from "../test/expected-grants.js";
import { type GrantInPlace, grantsInPlace } from "../test/grants-in-place.js";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { migrate } from "./migrate.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let superuser: Database;
beforeAll(async () => {
  // Not a copy: a copied database has the rights of a new one.
  database = await createEmptyDatabase();
  await migrate(database.owner);
  superuser = openDatabase({ ...database.superuser, poolMax: 1 });
});
afterAll(async () => {
  await superuser.close();
  await database.drop();
});

const textOf = ({ role, object, rights }: GrantInPlace) => `${role}: ${rights} on ${object}`;

it("a migrated database has exactly the grants listed in test/expected-grants.ts", async () => {
  const expected = Object.entries(expectedGrants).flatMap(([role, grants]) =>
    grants.map(([object, rights]) => textOf({ role, object, rights })),
  );
  const found = (await grantsInPlace(superuser.pool)).map(textOf);
  expect(found.sort()).toEqual(expected.sort());
});

it.each([
  ["grant temporary on database :database to public", "public: connect, temporary on database"],
  ["grant create on schema public to onehazel_worker", "onehazel_worker: create on schema public"],
  [
    "grant usage on schema graphile_worker to onehazel_server",
    "onehazel_server: usage on schema graphile_worker",
  ],
  [
    "grant update (pii_salt) on operators to onehazel_auth",
    "onehazel_auth: select, update (pii_salt) on table operators",
  ],
  ["grant select on events_default to onehazel_server", "onehazel_server: select on table events_default"],
  ["create function f() returns int language sql return 1", "public: execute on function f"],
  ["create sequence s; grant usage on sequence s to public", "public: usage on sequence s"],
  ["grant select on states to onehazel_worker with grant option", "with grant option"],
  [
    "alter default privileges in schema public grant select on tables to public",
    "public: select on objects to come",
  ],
  ["alter role onehazel_worker createdb", "onehazel_worker: createdb on cluster"],
  ["grant onehazel_worker to onehazel_server", "onehazel_server: member on role onehazel_worker"],
])("notices: %s", async (statement, seen) => {
  const session = await superuser.pool.connect();
  try {
    await session.query("begin");
    await session.query(statement.replace(":database", database.databaseName));
    expect((await grantsInPlace(session)).map(textOf).join("\n")).toContain(seen);
  } finally {
    await session.query("rollback");
    session.release();
  }
});
