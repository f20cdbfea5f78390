import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseOptions, openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { isUnavailable } from "./errors.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let db: Database;
let admin: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openDatabase({ ...database.owner, poolMax: 1 });
  admin = openDatabase(database.superuser);
  await db.knex.raw("create table things (id int primary key, name text)");
});
afterAll(async () => {
  await Promise.all([db.close(), admin.close()]);
  await database.drop();
});

const pidQuery = "select pg_backend_pid() as pid";
const pidOf = async () => Number((await db.query<{ pid: number }>("pid", pidQuery)).rows[0]?.pid);
const isSleeping = async (pid: number) =>
  (
    await admin.query("sleeping", "select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'", [
      pid,
    ])
  ).rowCount === 1;
const terminate = (pid: number) => admin.query("terminate", "select pg_terminate_backend($1)", [pid]);

describe("values", () => {
  it("come back as dates, exact numbers as text, json parsed, calendar days as text", async () => {
    const { rows } = await db.query(
      "types",
      `select timestamptz '2024-02-29 12:00:00.123Z' as at, 9007199254740993::int8 as big, 1.10::numeric as exact,
              '{"a":[1]}'::jsonb as object, date '2024-02-29' as day`,
    );
    expect(rows[0]).toEqual({
      at: new Date("2024-02-29T12:00:00.123Z"),
      big: "9007199254740993",
      exact: "1.10",
      object: { a: [1] },
      day: "2024-02-29",
    });
  });
});

describe("the pool", () => {
  it("serves knex and prepared statements with the same connection", async () => {
    const { rows } = await db.knex.raw<{ rows: { pid: number }[] }>(pidQuery);
    expect(rows[0]?.pid).toBe(await pidOf());
    const prepared = await db.query("prepared", "select name from pg_prepared_statements where name = 'pid'");
    expect(prepared.rowCount).toBe(1);
  });

  it("commits and rolls back knex transactions, nested ones too", async () => {
    await db.knex.transaction(async (transaction) => {
      await transaction("things").insert({ id: 1, name: "kept" });
      const inner = transaction.transaction(async (nested) => {
        await nested("things").insert({ id: 2, name: "undone" });
        throw new Error("inner");
      });
      await expect(inner).rejects.toThrow("inner");
    });
    const outer = db.knex.transaction(async (transaction) => {
      await transaction("things").insert({ id: 3, name: "undone" });
      throw new Error("outer");
    });
    await expect(outer).rejects.toThrow("outer");
    expect(await db.knex("things").pluck("id")).toEqual([1]);
  });

  it("keeps a connection whose statement was refused", async () => {
    const pid = await pidOf();
    await expect(db.query("again", "insert into things values (1)")).rejects.toMatchObject({ code: "23505" });
    await expect(db.knex("things").insert({ id: 1 })).rejects.toMatchObject({ code: "23505" });
    expect(await pidOf()).toBe(pid);
  });

  it("never hands out a session that still holds a transaction", async () => {
    const before = await pidOf();
    await db.knex.raw("begin");
    expect(await pidOf()).not.toBe(before);
  });

  it("puts no bound value into the message of an error", async () => {
    const failure = await db.knex("things").insert({ id: 1, name: "secret" }).catch(String);
    expect(failure).toContain("duplicate key");
    expect(failure).not.toContain("secret");
  });

  it("replaces a connection that was cut while idle, and tells who asked", async () => {
    const heard: Error[] = [];
    const listening = openDatabase({
      ...database.owner,
      poolMax: 1,
      onIdleError: (error) => heard.push(error),
    });
    const { rows } = await listening.query<{ pid: number }>("pid", pidQuery);
    await terminate(rows[0]!.pid);
    await expect.poll(() => heard.length).toBe(1);
    expect((await listening.query("one", "select 1 as one")).rows).toEqual([{ one: 1 }]);
    await listening.close();
  });

  it.each(["query", "knex", "transaction", "checked out"])(
    "survives a connection cut in use: %s",
    async (use) => {
      const sleeping = "select pg_sleep(30)";
      const pid = await pidOf();
      let failure: unknown;
      if (use === "checked out") {
        const client = await db.pool.connect();
        await terminate(pid);
        await sleep(100);
        failure = await client.query("select 1").catch((error: unknown) => error);
        client.release();
      } else {
        const work =
          use === "query"
            ? db.query("", sleeping)
            : use === "knex"
              ? db.knex.raw(sleeping)
              : db.knex.transaction((transaction) => transaction.raw(sleeping));
        const failed = work.then(
          () => undefined,
          (error: unknown) => error,
        );
        await expect.poll(() => isSleeping(pid)).toBe(true);
        await terminate(pid);
        failure = await failed;
      }
      expect(isUnavailable(failure)).toBe(true);
      expect(await pidOf()).not.toBe(pid);
      expect(await db.knex("things").pluck("id")).toEqual([1]);
    },
  );

  it("asks a connection once which columns a prepared statement has", async () => {
    const own = openDatabase({ ...database.owner, poolMax: 1 });
    const described: string[] = [];
    own.pool.on("connect", (client) => {
      const { connection } = client as unknown as { connection: { describe(portal: object): void } };
      const describe = connection.describe.bind(connection);
      connection.describe = (portal) => {
        described.push("portal");
        describe(portal);
      };
    });
    const text =
      "select $1::text as word, '{1,2}'::int[] as list, null as nothing, json_build_object('n', $2::int) as found";
    const ask = (word: string, n: number) => own.query("shaped", text, [word, n]);
    for (const n of [1, 2, 3]) {
      const { rows, fields } = await ask(`word ${n}`, n);
      expect(rows).toEqual([{ word: `word ${n}`, list: [1, 2], nothing: null, found: { n } }]);
      expect(fields.map(({ name }) => name)).toEqual(["word", "list", "nothing", "found"]);
    }
    await expect(own.query("shaped", text, ["a", "none"])).rejects.toThrow("invalid input syntax");
    expect((await ask("after a refusal", 4)).rows).toHaveLength(1);
    expect(described).toHaveLength(1);
    await own.close();
  });

  it("gives no row where there is none, and a row where there is one, whichever came first", async () => {
    const find = (id: number) => db.query("find-thing", "select name from things where id = $1", [id]);
    await db.knex("things").insert({ id: 70, name: "seventy" });
    expect((await find(71)).rows).toEqual([]);
    expect((await find(70)).rows).toEqual([{ name: "seventy" }]);
    expect((await find(71)).rows).toEqual([]);
    await db.knex("things").where({ id: 70 }).delete();
  });

  it("answers a prepared statement whose result a migration changed", async () => {
    await db.query("all", "select * from things");
    await db.query("alter", "alter table things add column colour text");
    const { rows } = await db.query("all", "select * from things");
    expect(rows).toEqual([{ id: 1, name: "kept", colour: null }]);
  });

  it("closes once, however often it is asked, and refuses work afterwards", async () => {
    const closing = openDatabase(database.owner);
    await closing.query("one", "select 1");
    await Promise.all([closing.close(), closing.close()]);
    await expect(closing.query("one", "select 1")).rejects.toSatisfy(isUnavailable);
  });
});

describe("a session", () => {
  it("assumes the role, bounds and name it was opened with", async () => {
    await admin.query(
      "role",
      "do $$ begin create role db_test_role; exception when duplicate_object then null; end $$",
    );
    const session = openDatabase({
      ...database.superuser,
      role: "db_test_role",
      lockTimeoutMs: 1_500,
      statementTimeoutMs: 2_500,
      idleInTransactionTimeoutMs: 3_500,
      applicationName: "named",
    });
    const { rows } = await session.query(
      "settings",
      `select current_user as role, current_setting('lock_timeout') as lock,
              current_setting('statement_timeout') as statement, current_setting('application_name') as name,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(rows).toEqual([
      { role: "db_test_role", lock: "1500ms", statement: "2500ms", idle: "3500ms", name: "named" },
    ]);
    await session.close();
  });

  it("keeps both the role and the options of its connection string", async () => {
    const { host, user, database: name } = database.superuser;
    const options = encodeURIComponent("-c work_mem=5MB");
    const session = openDatabase({
      connectionString: `postgres://${user}@/${name}?host=${encodeURIComponent(host!)}&options=${options}`,
      role: "db_test_role",
    });
    const { rows } = await session.query(
      "both",
      "select current_user as role, current_setting('work_mem') as memory",
    );
    expect(rows).toEqual([{ role: "db_test_role", memory: "5MB" }]);
    await session.close();
  });

  it("has JIT off, whoever logs in, unless its connection string says otherwise", async () => {
    const { host, user, database: name } = database.superuser;
    const url = `postgres://${user}@/${name}?host=${encodeURIComponent(host!)}`;
    const jitOf = async (options: DatabaseOptions) => {
      const session = openDatabase(options);
      const { rows } = await session.query<{ jit: string }>("jit", "select current_setting('jit') as jit");
      await session.close();
      return rows[0]?.jit;
    };
    for (const as of ["owner", "server", "worker", "superuser"] as const) {
      expect([as, await jitOf(database[as])]).toEqual([as, "off"]);
    }
    expect(await jitOf({ connectionString: url, role: "onehazel_server" })).toBe("off");
    expect(await jitOf({ connectionString: `${url}&options=-c%20jit%3Don` })).toBe("on");
  });

  it("of a role of ours has JIT off by the role's own settings too, where a pooler drops ours", async () => {
    for (const as of ["server", "worker"] as const) {
      const plain = new pg.Client(database[as]);
      await plain.connect();
      expect((await plain.query("show jit")).rows).toEqual([{ jit: "off" }]);
      await plain.end();
    }
  });

  it("takes no role name that could carry other options", () => {
    expect(() => openDatabase({ ...database.owner, role: "a -c b=c" })).toThrow("role");
  });
});
