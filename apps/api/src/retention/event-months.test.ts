import { type Database, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { makeOldMonth, monthName } from "../testing/old-month.js";
import { runJob } from "../testing/worker.js";

let api: TestApi;
let worker: Database;
beforeAll(async () => {
  api = await startApi();
  worker = openDatabase({ ...api.database.worker, poolMax: 2 });
});
afterAll(async () => {
  await worker.close();
  await api.stop();
});

const data = "/operator-data-api";
const make = async () => (await worker.pool.query("select make_event_months() as made")).rows[0].made;
const drop = async () => (await worker.pool.query("select drop_event_month() as month")).rows[0].month;

async function newPlayer(key: string, externalId: string): Promise<string> {
  const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
  const body = { entityType: "player", externalId, data: player };
  return made<{ id: string }>(await api.call("POST", `${data}/entities`, { key, body })).id;
}

const month = (ahead: number) => monthName(api, ahead);

async function months(): Promise<string[]> {
  const rows = await api.sql<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1",
  );
  return rows.map(({ name }) => name).filter((name) => name !== "events_default");
}

async function partitionsOf(entityId: string): Promise<string[]> {
  const rows = await api.sql<{ name: string }>(
    "select tableoid::regclass::text as name from events where entity_id = $1 order by occurred_at",
    [entityId],
  );
  return rows.map(({ name }) => name);
}

describe("months of events", () => {
  it("are there for the present and the three to come as soon as a database is migrated", async () => {
    expect(await months()).toEqual(await Promise.all([0, 1, 2, 3].map(month)));
    expect(await make()).toBe(0);
  });

  it("take over what has gathered in the default partition, each row as it was, in every tenant", async () => {
    const name = await month(0);
    await api.sql(`alter table events detach partition ${name}`);
    await api.sql(`drop table ${name}`);
    const ids: string[] = [];
    for (const { operator } of [api.ours, api.theirs]) {
      const { key } = operator;
      ids.push(await newPlayer(key, "moved"));
      const body = { eventType: "session", data: { n: 1 } };
      made(await api.call("POST", `${data}/entities/moved/events`, { key, body }));
      made(
        await api.call("POST", `${data}/entities/moved/events`, {
          key,
          body: { ...body, occurredAt: new Date(Date.now() - 100 * 86_400_000).toISOString() },
        }),
      );
    }
    const rows = () => api.sql("select * from events where entity_id = any ($1) order by id", [ids]);
    const before = await rows();
    expect(await partitionsOf(ids[0] as string)).toEqual(["events_default", "events_default"]);
    expect(await make()).toBe(1);
    expect(await rows()).toEqual(before);
    for (const id of ids) expect(await partitionsOf(id)).toEqual(["events_default", name]);
  });

  it("to come are prepared step by step, so that making one looks through nothing, and leave no constraint behind", async () => {
    const name = await month(3);
    await api.sql(`drop table ${name}`);
    const guard = () =>
      api.sql("select convalidated from pg_constraint where conname = $1", [
        name.replace("events", "events_default_without"),
      ]);
    const prepare = async () => (await worker.pool.query("select prepare_event_month() as did")).rows[0].did;
    expect(await prepare()).toBe(true);
    expect(await guard()).toEqual([{ convalidated: false }]);
    expect(await prepare()).toBe(true);
    expect(await guard()).toEqual([{ convalidated: true }]);
    expect(await prepare()).toBe(false);

    const session = await worker.pool.connect();
    const notices: (string | undefined)[] = [];
    session.on("notice", ({ message }) => notices.push(message));
    await session.query("set client_min_messages = debug1");
    expect((await session.query("select make_event_months() as made")).rows).toEqual([{ made: 1 }]);
    session.release(true);
    expect(notices.join()).toContain('default partition "events_default" is implied by existing constraints');
    expect(await guard()).toEqual([]);
    expect(await months()).toContain(name);
  });

  it("can be made by two at once while events are recorded, and lose none", async () => {
    const name = await month(0);
    await api.sql(`alter table events detach partition ${name}`);
    await api.sql(`alter table ${name} rename to put_aside`);
    const { key } = api.ours.operator;
    const id = await newPlayer(key, "busy");
    const record = async () => {
      const body = { eventType: "session", data: {} };
      return (await api.call("POST", `${data}/entities/busy/events`, { key, body })).status;
    };
    const many = Array.from({ length: 200 }, record);
    await Promise.all(many.slice(0, 20));
    expect((await Promise.all([make(), make()])).sort()).toEqual([0, 1]);
    expect(new Set(await Promise.all(many))).toEqual(new Set([201]));
    expect(await partitionsOf(id)).toHaveLength(200);
    expect(new Set(await partitionsOf(id))).toEqual(new Set([name]));
    await api.sql("drop table put_aside");
  });

  it("are under row-level security as their parent is, and nobody's to touch directly", async () => {
    const rows = await api.sql<Record<string, unknown>>(
      `select c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) as owner, c.relacl,
         (select count(*) from pg_policy p where p.polrelid = c.oid) as policies,
         (select count(*) from pg_index x where x.indrelid = c.oid) as indexes
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'events'::regclass`,
    );
    for (const row of rows) {
      expect(row).toMatchObject({
        relrowsecurity: true,
        relforcerowsecurity: true,
        owner: "onehazel_owner",
        relacl: null,
        policies: "1",
        indexes: "3",
      });
    }
  });

  it("are made and dropped by the worker alone, which still may run no DDL itself", async () => {
    const server = openDatabase({ ...api.database.server, poolMax: 1 });
    for (const call of ["make_event_months()", "drop_event_month()", "list_event_retention()"])
      await expect(server.pool.query(`select ${call}`)).rejects.toThrow("permission denied");
    await expect(worker.pool.query("select list_event_retention()")).rejects.toThrow("permission denied");
    await expect(worker.pool.query("create table mine ()")).rejects.toThrow("permission denied");
    await expect(worker.pool.query(`drop table ${await month(3)}`)).rejects.toThrow("must be owner");
    await server.close();
  });
});

describe("dropping a month", () => {
  const keep = (key: string, dataRetentionDays: number | null) =>
    api.call("PUT", `${data}/settings`, { key, body: { dataRetentionDays } });

  it("waits until nobody keeps an event in it, and counts what it took in each one's run", async () => {
    const one = await api.createOperator(api.ours);
    const other = await api.createOperator(api.theirs);
    const entities = await Promise.all(
      [one, other].map(async ({ id, key }) => ({ operatorId: id, id: await newPlayer(key, "old") })),
    );
    const name = await makeOldMonth(api, 6, entities);
    await keep(one.key, 60);
    expect(await drop()).toBeNull();
    await keep(other.key, 365);
    expect(await drop()).toBeNull();
    await keep(other.key, 90);
    expect(await drop()).not.toBeNull();
    expect(await months()).not.toContain(name);
    expect(await drop()).toBeNull();
    const listRuns = async (key: string) =>
      (await api.call("GET", `${data}/settings/retention-runs`, { key })).body.data;
    for (const { id, key } of [one, other]) {
      expect(await listRuns(key)).toMatchObject([{ eventsRemoved: 2, completedAt: null }]);
      await runJob(api, "retain", id);
      expect(await listRuns(key)).toMatchObject([{ eventsRemoved: 2, completedAt: expect.any(String) }]);
    }
  });

  it("loses no event that somebody who keeps everything records late, in that month, at that moment", async () => {
    const [gone, keeper] = [await api.createOperator(api.ours), await api.createOperator(api.theirs)];
    await keep(gone.key, 60);
    await makeOldMonth(api, 5, [{ operatorId: gone.id, id: await newPlayer(gone.key, "old") }]);
    const entityId = await newPlayer(keeper.key, "late");
    const [{ at }] = (await api.sql<{ at: Date }>(
      "select date_trunc('month', now()) - interval '5 months' + interval '9 days' as at",
    )) as [{ at: Date }];
    const body = { eventType: "session", data: {}, occurredAt: at.toISOString() };
    const record = async () =>
      (await api.call("POST", `${data}/entities/late/events`, { key: keeper.key, body })).status;
    const read = async () =>
      (await api.call("GET", `${data}/entities/late/events`, { key: keeper.key })).status;
    const dropped = drop().catch((error: { code?: string }) => error.code);
    const answers = await Promise.all(Array.from({ length: 60 }, async () => [await record(), await read()]));
    expect(new Set(answers.flat())).toEqual(new Set([201, 200]));
    expect([expect.any(Date), null, "40001", "55P03"]).toContainEqual(await dropped);
    expect(await api.sql("select from events where entity_id = $1", [entityId])).toHaveLength(60);
  });

  it("happens daily, together with making those to come", async () => {
    const names = [await makeOldMonth(api, 8, []), await makeOldMonth(api, 7, [])];
    const last = await month(3);
    await api.sql(`drop table ${last}`);
    await runJob(api, "event-months");
    const there = await months();
    expect(there).toContain(last);
    for (const name of names) expect(there).not.toContain(name);
  });

  it("leaves the scope of the caller as it was", async () => {
    const session = await worker.pool.connect();
    await session.query("begin");
    await session.query("select set_config('app.operator_id', 'op_mine', true)");
    await session.query("select drop_event_month()");
    const { rows } = await session.query("select current_setting('app.operator_id') as scope");
    expect(rows[0].scope).toBe("op_mine");
    await session.query("rollback");
    session.release();
  });
});
