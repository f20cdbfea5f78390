import { createServer } from "node:net";
import { generateMasterKey } from "@onehazel/crypto";
import { openDatabase } from "@onehazel/db";
import { cloneDatabase, createEmptyDatabase, type TestDatabase } from "@onehazel/db/testing";
import { afterEach, describe, expect, it } from "vitest";
import { type Program, startProgram, urlOf } from "../testing/program.js";

const masterKeys = generateMasterKey("test1");
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function kept(making: Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await making;
  cleanUp.push(() => database.drop());
  return database;
}

function serve(env: Record<string, string>): Program {
  const program = startProgram("main", { env: { PORT: "0", ONEHAZEL_MASTER_KEYS: masterKeys, ...env } });
  cleanUp.push(async () => {
    program.kill("SIGKILL");
    await program.ended;
  });
  return program;
}

async function sql(
  database: TestDatabase,
  text: string,
  as = database.superuser,
): Promise<Record<string, unknown>[]> {
  const db = openDatabase({ ...as, poolMax: 1 });
  try {
    return (await db.pool.query(text)).rows;
  } finally {
    await db.close();
  }
}

/** Ready, and without a tenant of its own making. */
async function expectServing(program: Program, database: TestDatabase): Promise<void> {
  const [, baseUrl] = await program.said(/answers at (\S+)/);
  expect((await fetch(`${baseUrl}/readyz`)).status).toBe(200);
  const [platforms] = await sql(database, "select count(*)::int as count from platforms");
  expect(platforms).toEqual({ count: 0 });
  const users = await sql(
    database,
    `select distinct usename, application_name from pg_stat_activity
     where datname = current_database() and application_name = 'onehazel server'`,
  );
  expect(users).toHaveLength(1);
}

async function stopped(program: Program): Promise<void> {
  program.kill("SIGTERM");
  expect(await program.ended).toBe(0);
}

describe("a given database", () => {
  it("is served by its own role without migrating, embedding or a demo", async () => {
    const database = await kept(cloneDatabase());
    const program = serve({ DATABASE_URL: urlOf(database.server), ONEHAZEL_DATA_DIR: "/nowhere/to/be/made" });
    await expectServing(program, database);
    expect(program.stderr()).toMatch(/^OneHazel answers at \S+\n$/);
    await stopped(program);
    for (const line of program.stdout().trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
  });

  it.each(["owner", "superuser"] as const)(
    "whose only URL is the %s's is migrated with it and served as onehazel_server, for development",
    async (role) => {
      const database = await kept(createEmptyDatabase());
      const program = serve({ DATABASE_URL: urlOf(database[role]) });
      await expectServing(program, database);
      expect(program.stdout()).toContain("for development");
      const key = `oh_live_${"0".repeat(64)}`;
      const [, baseUrl] = await program.said(/answers at (\S+)/);
      const answer = await fetch(`${baseUrl}/api-keys`, { headers: { authorization: `Bearer ${key}` } });
      expect(await answer.json()).toMatchObject({ code: "AUTH_INVALID" });
      await stopped(program);
    },
  );

  it.each([
    ["the owner", "an owner of tables", async (database: TestDatabase) => database.owner],
    ["a superuser", "a superuser", async (database: TestDatabase) => database.superuser],
    ["BYPASSRLS", "BYPASSRLS", (database: TestDatabase) => loginWith(database, "bypassrls")],
    [
      "a member of the owner",
      "owner of tables",
      (database: TestDatabase) => loginWith(database, "in role onehazel_owner"),
    ],
    [
      "a member of onehazel_auth",
      "onehazel_auth",
      (database: TestDatabase) => loginWith(database, "in role onehazel_auth, onehazel_server"),
    ],
  ])("is refused as %s where another login migrates", async (_, fault, login) => {
    const database = await kept(cloneDatabase());
    const env = { DATABASE_URL: urlOf(await login(database)), DATABASE_OWNER_URL: urlOf(database.owner) };
    const program = serve(env);
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(/^The server will not run as the database role/);
    expect(program.stderr()).toContain(fault);
  });

  it("a member of onehazel_server may serve", async () => {
    const database = await kept(cloneDatabase());
    const login = await loginWith(database, "in role onehazel_server");
    const program = serve({ DATABASE_URL: urlOf(login), DATABASE_OWNER_URL: urlOf(database.owner) });
    await expectServing(program, database);
    await stopped(program);
  });

  it.each([
    ["that is in no role", ""],
    ["that inherits nothing of onehazel_server", "noinherit in role onehazel_server"],
  ])("is refused to a login %s with the SQL that mends it, and mended serves", async (_, attributes) => {
    const database = await kept(cloneDatabase());
    const login = await loginWith(database, attributes);
    const env = { DATABASE_URL: urlOf(login) };
    const refused = serve(env);
    expect(await refused.ended).toBe(1);
    const [, remedy] = /may not read the schema:.*\n {2}(grant onehazel_server to .*;)\n$/m.exec(
      refused.stderr(),
    ) as RegExpExecArray;
    await sql(database, remedy as string, database.owner);
    const program = serve(env);
    await expectServing(program, database);
    await stopped(program);
  });

  it("that nobody has migrated is refused with the command that does", async () => {
    const database = await kept(createEmptyDatabase());
    const program = serve({ DATABASE_URL: urlOf(database.server) });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(
      /^The database is not up to date: it lacks \d+ migrations.*pnpm admin migrate/,
    );
  });
});

/** A login of its own with the given attributes, gone after the test. */
async function loginWith(database: TestDatabase, attributes: string): Promise<TestDatabase["server"]> {
  const user = `login_${database.databaseName}`;
  await sql(database, `create role ${user} login ${attributes}`);
  cleanUp.push(() => sql(database, `drop role ${user}`));
  return { ...database.server, user };
}

/**
 * Keeps every migration that begins with `text` from going on until let go. It holds no lock that they need: for one of those they wait
 * ten seconds, which is too short for a busy machine to start a second server in.
 */
async function holdMigrations(database: TestDatabase, text: string): Promise<() => Promise<void>> {
  const admin = openDatabase({ ...database.superuser, poolMax: 1 });
  const client = await admin.pool.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  await client.query(`
    select pg_advisory_lock(1);
    create function held() returns event_trigger language plpgsql as $$ begin
      while position('${text}' in current_query()) > 0
        and exists (select from pg_locks where pid = ${rows[0].pid} and locktype = 'advisory') loop
        perform pg_sleep(0.02);
      end loop;
    end $$;
    create event trigger held on ddl_command_start execute function held();`);
  return async () => {
    await client.query("drop event trigger held; select pg_advisory_unlock(1)");
    client.release();
    await admin.close();
  };
}

describe("two servers on an empty database", () => {
  it("started at once both come up", async () => {
    const database = await kept(createEmptyDatabase());
    const env = { DATABASE_URL: urlOf(database.owner) };
    const both = [serve(env), serve(env)];
    await Promise.all(both.map((program) => program.said(/answers at/)));
    await Promise.all(both.map(stopped));
  });

  it("one killed in the middle of migrating leaves nothing stuck for the other", async () => {
    const database = await kept(createEmptyDatabase());
    const letGo = await holdMigrations(database, "create table platforms");
    const env = { DATABASE_URL: urlOf(database.owner) };
    const first = serve(env);
    await first.said(/migrating 0002/);
    const second = serve(env);
    await second.said(/waiting for another process/);
    first.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    await second.said(/migrating 0002/);
    await letGo();
    await second.said(/answers at/);
    await stopped(second);
  });
});

describe("a port that is taken", () => {
  it("is told before the database is even looked at", async () => {
    const taken = createServer().listen(0);
    cleanUp.push(() => new Promise((resolve) => taken.close(resolve)));
    const { port } = taken.address() as { port: number };
    const program = serve({ PORT: String(port), DATABASE_URL: "postgres://me:secret@127.0.0.1:1/db" });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toBe(
      `Port ${port} is taken. Stop what uses it, or choose another: PORT=${port === 65_535 ? 8080 : port + 1}\n`,
    );
  });
});

describe("what keeps it from starting", () => {
  it.each([
    ["DATABASE_URL: nothing answers there.", { DATABASE_URL: "postgres://me:secret@127.0.0.1:1/db" }],
    [
      "HOST: this machine has no such address.",
      { DATABASE_URL: "postgres://h/db", HOST: "192.0.2.1", PORT: "1" },
    ],
    [
      "ONEHAZEL_MASTER_KEYS: is required",
      { DATABASE_URL: "postgres://me:secret@h/db", ONEHAZEL_MASTER_KEYS: "" },
    ],
    [
      "ONEHAZEL_MASTER_KEYS: master key entry 1",
      { DATABASE_URL: "postgres://h/db", ONEHAZEL_MASTER_KEYS: "k:secret" },
    ],
  ])("is said in words, without a value: %s", async (words, env) => {
    const program = serve(env);
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toContain(words);
    expect(program.stderr() + program.stdout()).not.toContain("secret");
  });
});
