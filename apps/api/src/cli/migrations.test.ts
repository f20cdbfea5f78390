import { openDatabase } from "@onehazel/db";
import { createEmptyDatabase, type TestDatabase } from "@onehazel/db/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startProgram, urlOf } from "../testing/program.js";

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

async function admin(env: Record<string, string>, ...args: string[]) {
  const program = startProgram("admin", { env, args });
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

async function sql(text: string, name = database.databaseName): Promise<void> {
  const db = openDatabase({ ...database.superuser, database: name, poolMax: 1 });
  try {
    await db.pool.query(text);
  } finally {
    await db.close();
  }
}

it("the status tells by exit code 3 what is pending; migrating mends that, and again does nothing", async () => {
  const env = { DATABASE_OWNER_URL: urlOf(database.owner) };
  const before = await admin(env, "migrate:status", "--json");
  expect(before).toMatchObject({ code: 3, stderr: "" });
  const { pending } = JSON.parse(before.stdout);
  expect(pending).toContain("0001_roles");
  expect(await admin(env, "platform:list")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("pnpm admin migrate"),
  });

  const first = await admin(env, "migrate", "--json");
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toEqual({ applied: pending, functionsReplaced: true });
  expect(first.stderr).toContain("migrating 0001_roles\n");

  expect(await admin(env, "migrate")).toEqual({ code: 0, stdout: "Up to date already.\n", stderr: "" });
  const after = await admin(env, "migrate:status", "--json");
  expect(after.code).toBe(0);
  expect(JSON.parse(after.stdout)).toEqual({
    applied: pending,
    pending: [],
    functionsCurrent: true,
    isNewer: false,
  });
  const server = { DATABASE_URL: urlOf(database.server) };
  expect(await admin(server, "migrate:status")).toMatchObject({ code: 0 });
});

it("DATABASE_URL alone will do if it owns the schema, and is refused by name if it does not", async () => {
  expect(await admin({ DATABASE_URL: urlOf(database.owner) }, "migrate")).toMatchObject({ code: 0 });
  expect(await admin({ DATABASE_URL: urlOf(database.server) }, "platform:list")).toEqual({
    code: 1,
    stdout: "",
    stderr: "DATABASE_URL does not own the schema. Set DATABASE_OWNER_URL to a login that does.\n",
  });
});

it("an owner that may not create roles is told the SQL that mends it, and mended migrates", async () => {
  const user = `Owner of ${database.databaseName}`;
  await sql(`create role "${user}" login; alter database ${database.databaseName} owner to "${user}"`);
  try {
    const env = { DATABASE_OWNER_URL: urlOf({ ...database.owner, user: encodeURIComponent(user) }) };
    const refused = await admin(env, "migrate");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    const [, remedy] = /^Migrating failed: the owner may not create roles.*\n {2}(alter role .*;)\n$/m.exec(
      refused.stderr,
    ) as RegExpExecArray;
    // Here the roles are another owner's; where there are none yet, creating them is all it takes.
    await sql(
      `${remedy} grant onehazel_server, onehazel_worker, onehazel_auth to "${user}" with admin option`,
    );
    expect(await admin(env, "migrate")).toMatchObject({ code: 0 });
  } finally {
    await database.drop();
    await sql(`drop owned by "${user}"; drop role "${user}"`, "postgres");
  }
});

it("a database that is away, or refuses, is told in one line without the URL", async () => {
  const away = await admin({ DATABASE_OWNER_URL: "postgres://me:secret@127.0.0.1:1/db" }, "platform:list");
  expect(away).toEqual({ code: 1, stdout: "", stderr: "DATABASE_OWNER_URL: nothing answers there.\n" });
  const missing = urlOf({ ...database.owner, database: "nowhere" });
  expect(await admin({ DATABASE_OWNER_URL: missing }, "migrate:status")).toMatchObject({
    code: 1,
    stderr: "DATABASE_OWNER_URL: there is no such database.\n",
  });
  const malformed = await admin({ DATABASE_OWNER_URL: "mysql://me:secret@h/db" }, "migrate");
  expect(malformed).toMatchObject({ code: 1, stderr: expect.stringContaining("DATABASE_OWNER_URL") });
  expect(malformed.stderr).not.toContain("secret");
});
