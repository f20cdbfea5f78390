import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { isUnavailable } from "./errors.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let db: Database;
let admin: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  admin = openDatabase({ ...database.superuser, poolMax: 2 });
  await admin.pool.query("create table things (id int primary key, seen int not null default 0)");
  await admin.pool.query("grant all on things to public");
});
beforeEach(async () => {
  db = openDatabase({ ...database.owner, poolMax: 1 });
  await admin.pool.query("truncate things");
  return () => db.close();
});
afterAll(async () => {
  await admin.close();
  await database.drop();
});

const group = {};
const ids = async () =>
  (await admin.pool.query("select id from things order by id")).rows.map(({ id }) => id);

/** Stores a row, and says who did. */
function add(id: number, { among = group, orderBy = "" } = {}) {
  return db.queryGrouped<{ id: number; xid: string; first: boolean }>(among, {
    name: "add",
    text: "insert into things (id) values ($1) returning id, pg_current_xact_id()::text as xid, $2::boolean as first",
    values: [id, true],
    valuesAfter: [id, false],
    orderBy,
    keyHash: undefined,
  });
}

const rowOf = async (adding: ReturnType<typeof add>) => (await adding).rows[0];
const addAll = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => rowOf(add(index + 1))));

describe("calls of one group", () => {
  it("that come at once share a transaction, and only the first is told that it is the first", async () => {
    const rows = await addAll(6);
    expect(rows.map((row) => row?.id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows.map((row) => row?.first)).toEqual([true, false, false, false, false, false]);
    expect(new Set(rows.map((row) => row?.xid)).size).toBe(1);
  });

  it("that come one after the other are each by themselves", async () => {
    const one = await rowOf(add(1));
    const other = await rowOf(add(2));
    expect([one?.first, other?.first]).toEqual([true, true]);
    expect(one?.xid).not.toBe(other?.xid);
  });

  it("share none with another group's", async () => {
    const rows = await Promise.all([rowOf(add(1)), rowOf(add(2, { among: {} })), rowOf(add(3))]);
    expect(rows.map((row) => row?.first)).toEqual([true, true, false]);
    expect(rows[1]?.xid).not.toBe(rows[0]?.xid);
  });

  it("go together that came while no connection was free, sixteen at a time", async () => {
    const client = await db.pool.connect();
    const adding = addAll(40);
    await sleep(50);
    client.release();
    const firsts = (await adding).flatMap((row) => (row?.first ? [row.id] : []));
    expect(firsts).toEqual([1, 17, 33]);
  });

  it("run in the order they ask for, those that ask for the same as they came", async () => {
    const rows = await Promise.all(["b", "a", "b", "a"].map((orderBy, id) => rowOf(add(id, { orderBy }))));
    expect(rows.map((row) => row?.first)).toEqual([false, true, false, false]);
    expect((await admin.pool.query("select id from things order by ctid")).rows.map(({ id }) => id)).toEqual([
      1, 3, 0, 2,
    ]);
  });

  it("may be different statements", async () => {
    const count = () =>
      db.queryGrouped(group, {
        name: "count",
        text: "select count(*)::int as n, array[1, 2] as list from things",
        values: [],
        valuesAfter: [],
        orderBy: "~",
        keyHash: undefined,
      });
    for (const [one, other] of [
      [1, 2],
      [3, 4],
    ] as const) {
      const [first, counted, second] = await Promise.all([rowOf(add(one)), count(), rowOf(add(other))]);
      expect([first?.id, second?.id, counted.rows]).toEqual([one, other, [{ n: other, list: [1, 2] }]]);
    }
  });
});

describe("a call that is refused", () => {
  it("hears of it alone: the others of its group are done", async () => {
    await add(3);
    const answers = await Promise.allSettled([1, 2, 3, 4, 5].map((id) => add(id)));
    expect(answers.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect((answers[2] as PromiseRejectedResult).reason).toMatchObject({ code: "23505" });
    expect(await ids()).toEqual([1, 2, 3, 4, 5]);
  });

  it("leaves a connection on which every statement goes on to work, also those that never came to be read", async () => {
    const see = (id: number) =>
      db.queryGrouped(group, {
        name: "see",
        text: "update things set seen = seen + 1 where id = $1 returning seen",
        values: [id],
        valuesAfter: [id],
        orderBy: "~",
        keyHash: undefined,
      });
    await add(1);
    const [again, seen] = await Promise.allSettled([add(1), see(1)]);
    expect([again.status, seen.status]).toEqual(["rejected", "fulfilled"]);
    const [, later] = await Promise.all([add(2), see(1)]);
    expect(later.rows).toEqual([{ seen: 2 }]);
  });
});

describe("a lock that somebody else has", () => {
  it("is waited for by whoever needs it, and by no other of its group; for a second none goes with others", async () => {
    await Promise.all([add(1), add(2), add(3)]);
    const own = openDatabase({ ...database.owner, poolMax: 2 });
    const see = async (id: number) =>
      (
        await own.queryGrouped(group, {
          name: "see",
          text: `update things set seen = seen + 1 where id = $1
            returning current_setting('lock_timeout') as bound, $2::boolean as first`,
          values: [id, true],
          valuesAfter: [id, false],
          orderBy: "",
          keyHash: undefined,
        })
      ).rows[0];
    vi.useFakeTimers({ toFake: ["performance"] });
    const holder = await admin.pool.connect();
    await holder.query("begin; select from things where id = 3 for update");
    const waiting = see(3);
    await Promise.all([see(1), see(2)]);
    vi.advanceTimersByTime(999);
    expect((await Promise.all([see(1), see(2)])).map((row) => row?.first)).toEqual([true, true]);
    await holder.query("commit");
    holder.release();
    expect(await waiting).toEqual({ bound: "10s", first: true });
    vi.advanceTimersByTime(1);
    expect((await Promise.all([see(1), see(2)])).map((row) => row?.first)).toEqual([true, false]);
    vi.useRealTimers();
    expect((await admin.pool.query("select sum(seen)::int as seen from things")).rows).toEqual([{ seen: 7 }]);
    await own.close();
  });
});

describe("keys", () => {
  beforeAll(async () => {
    await admin.pool.query(`
      create table done (at serial, what text);
      grant all on done to public;
      grant usage on sequence done_at_seq to public;
      create function key_held(p_key_hash bytea) returns boolean language sql
      as $$ insert into done (what) values ('holds ' || encode(p_key_hash, 'escape')) returning true $$;
    `);
  });

  it("are held in one order, before the first call of a group", async () => {
    const say = (what: string, keyHash?: Buffer) =>
      db.queryGrouped(group, {
        name: "say",
        text: "insert into done (what) values ($1)",
        values: [what],
        valuesAfter: [what],
        orderBy: what,
        keyHash,
      });
    await Promise.all([say("b", Buffer.from("1")), say("a"), say("d", Buffer.from("0")), say("c")]);
    const { rows } = await admin.pool.query("select what from done order by at");
    expect(rows.map(({ what }) => what)).toEqual(["holds 0", "holds 1", "a", "b", "c", "d"]);
  });
});

describe("a connection that breaks", () => {
  it("is what every call of the group hears, and the next one has another", async () => {
    await add(1);
    const doze = {
      name: "doze",
      text: "select pg_sleep(60)",
      values: [],
      valuesAfter: [],
      orderBy: "~",
      keyHash: undefined,
    };
    const calling = Promise.allSettled([add(2), add(3), db.queryGrouped(group, doze)]);
    const breakIt = `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event = 'PgSleep'`;
    await expect.poll(async () => (await admin.pool.query(breakIt)).rowCount).toBe(1);
    for (const answer of await calling) {
      expect(isUnavailable((answer as PromiseRejectedResult).reason)).toBe(true);
    }
    expect((await add(4)).rowCount).toBe(1);
    expect(await ids()).toEqual([1, 4]);
  });
});
