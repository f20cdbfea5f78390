import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startChild } from "../test/child.js";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { migrate } from "./migrate.js";
import type { Migration } from "./migration.js";
import { migrationStatus } from "./migration-status.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let db: Database;
let dir: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  db = openDatabase(database.owner);
  dir = mkdtempSync(join(tmpdir(), "onehazel-functions-"));
});
afterEach(async () => {
  await db.close();
  await database.drop();
  rmSync(dir, { recursive: true });
});

const step = (name: string, text: string, transaction = true): Migration => ({
  name,
  transaction,
  up: async (knex) => void (await knex.raw(text)),
});
const steps = [
  step("0001_things", "create table things (id int)"),
  step("0002_fill", "insert into things values (1)"),
];
const answer = (text: string) => writeFileSync(join(dir, "1_answer.sql"), text);
const answerIs = (value: number) =>
  `create or replace function answer() returns int language sql return ${value};`;

describe("migrating", () => {
  it("runs each step once, in order, and tells what it does", async () => {
    const said: string[] = [];
    const first = await migrate(database.owner, {
      migrations: steps,
      dir,
      onProgress: (text) => said.push(text),
    });
    expect(first).toEqual({ applied: ["0001_things", "0002_fill"], functionsReplaced: true });
    expect(said).toEqual(["migrating 0001_things", "migrating 0002_fill", "functions replaced"]);
    const second = await migrate(database.owner, { migrations: steps, dir });
    expect(second).toEqual({ applied: [], functionsReplaced: false });
    expect(await db.knex("things").pluck("id")).toEqual([1]);
  });

  it("leaves nothing of a step that fails, and goes on from there once it is mended", async () => {
    const failing = [...steps, step("0003_wrong", "create table half (id int); select 1/0")];
    await expect(migrate(database.owner, { migrations: failing, dir })).rejects.toThrow("division by zero");
    const mended = [...steps, step("0003_wrong", "create table half (id int)")];
    await migrate(database.owner, { migrations: mended, dir });
    expect(await migrationStatus(db, { migrations: mended, dir })).toMatchObject({ pending: [] });
  });

  it("runs a step outside a transaction when it asks for that", async () => {
    const concurrent = [...steps, step("0003_index", "create index concurrently on things (id)", false)];
    await migrate(database.owner, { migrations: concurrent, dir });
    expect((await migrationStatus(db, { migrations: concurrent, dir })).applied).toHaveLength(3);
  });

  it("refuses steps out of order, and a database that a newer build has migrated", async () => {
    await expect(migrate(database.owner, { migrations: [...steps].reverse(), dir })).rejects.toThrow(
      "must sort after",
    );
    await migrate(database.owner, { migrations: steps, dir });
    await expect(migrate(database.owner, { migrations: steps.slice(0, 1), dir })).rejects.toThrow("newer");
  });
});

describe("functions", () => {
  it("are made anew when their text changes or a migration ran, and only then", async () => {
    answer(answerIs(1));
    await migrate(database.owner, { migrations: steps, dir });
    answer(answerIs(2));
    expect(await migrationStatus(db, { migrations: steps, dir })).toMatchObject({ functionsCurrent: false });
    expect(await migrate(database.owner, { migrations: steps, dir })).toMatchObject({
      functionsReplaced: true,
    });
    expect((await db.query("answer", "select answer()")).rows).toEqual([{ answer: 2 }]);
    const more = [...steps, step("0003_drop", "drop function answer()")];
    expect(await migrate(database.owner, { migrations: more, dir })).toMatchObject({
      functionsReplaced: true,
    });
    expect((await db.query("answer", "select answer()")).rows).toEqual([{ answer: 2 }]);
  });

  it("stay as they were when one of them is refused, and the error names its file", async () => {
    answer(answerIs(1));
    await migrate(database.owner, { migrations: steps, dir });
    answer(answerIs(2));
    writeFileSync(join(dir, "2_wrong.sql"), "create function");
    await expect(migrate(database.owner, { migrations: steps, dir })).rejects.toThrow(
      "functions/2_wrong.sql",
    );
    expect((await db.query("answer", "select answer()")).rows).toEqual([{ answer: 1 }]);
  });
});

describe("the status", () => {
  it("of a database that was never migrated is wholly pending", async () => {
    expect(await migrationStatus(db, { migrations: steps, dir })).toEqual({
      applied: [],
      pending: ["0001_things", "0002_fill"],
      functionsCurrent: false,
      isNewer: false,
    });
  });

  it("can be read by a role that may only select the two tables", async () => {
    await migrate(database.owner, { migrations: steps, dir });
    const admin = openDatabase(database.superuser);
    await admin.knex.raw(`
      do $$ begin create role db_test_reader; exception when duplicate_object or unique_violation then null; end $$;
      grant select on schema_migrations, schema_functions to db_test_reader`);
    await admin.close();
    const reader = openDatabase({ ...database.superuser, role: "db_test_reader" });
    const status = await migrationStatus(reader, { migrations: steps, dir });
    expect(status).toEqual({
      applied: ["0001_things", "0002_fill"],
      pending: [],
      functionsCurrent: true,
      isNewer: false,
    });
    await reader.close();
  });
});

/** Runs two steps in a process of its own; the second one waits in the database for a time the parent sets. */
const program = `
  const step = (name, text) => ({ name, transaction: value.transaction, up: async (knex) => void (await knex.raw(text)) });
  const migrations = [
    step("0001_things", "create table if not exists things (id int)"),
    step("0002_slow", "insert into things select 1 from pg_sleep(" + value.seconds + ")"),
  ];
  const report = await db.migrate(value.owner, { migrations, dir: value.dir, onProgress: say });
  say("done " + report.applied.length);`;

describe("two processes", () => {
  it("that start at once on an empty database both succeed, and each step runs once", async () => {
    const value = { owner: database.owner, dir, seconds: 0.1, transaction: true };
    const children = [startChild(program, value), startChild(program, value), startChild(program, value)];
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const done = children.map((child) => /done (\d)/.exec(child.output())?.[1]).sort();
    expect(done).toEqual(["0", "0", "2"]);
    expect(await db.knex("things").pluck("id")).toEqual([1]);
  });

  it.each([
    ["in a transaction", true],
    ["outside a transaction", false],
  ])("of which one is killed in the middle, %s: the other finishes the work", async (_, transaction) => {
    const value = { owner: database.owner, dir, transaction };
    const killed = startChild(program, { ...value, seconds: 60 });
    await killed.said("migrating 0002_slow");
    const waiting = startChild(program, { ...value, seconds: 0 });
    await waiting.said("waiting for another process");
    killed.process.kill("SIGKILL");
    expect(await waiting.ended).toBe(0);
    expect(
      await migrate(database.owner, { migrations: [step("0001_things", ""), step("0002_slow", "")], dir }),
    ).toEqual({
      applied: [],
      functionsReplaced: false,
    });
  });

  it.each([true, false])(
    "free the way when the session is cut (in a transaction: %s)",
    async (transaction) => {
      const value = { owner: database.owner, dir, transaction };
      const cut = startChild(program, { ...value, seconds: 30 });
      await cut.said("migrating 0002_slow");
      await db.query(
        "cut",
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'onehazel migrate' and datname = $1",
        [database.databaseName],
      );
      expect(await cut.ended).not.toBe(0);
      const next = startChild(program, { ...value, seconds: 0 });
      expect(await next.ended).toBe(0);
    },
  );
});
