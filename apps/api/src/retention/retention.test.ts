import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { addJob, jobsDone, killMidway, runJob, startTestWorker } from "../testing/worker.js";

const masterKeys = generateMasterKey("retention");
const data = "/operator-data-api";

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
});

async function newPlayer(externalId: string): Promise<string> {
  const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
  const body = { entityType: "player", externalId, data: player };
  return made<{ id: string }>(await api.call("POST", `${data}/entities`, { key: operator.key, body })).id;
}

/** Events of certain ages: the database's clock is not ours to turn, so the rows are old from the start. */
async function addEvents(entityId: string, agesDays: number[]): Promise<void> {
  await api.sql(
    `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, $2, 'eev_' || left(md5(random()::text), 16), 'session', '{}', now() - age * interval '1 day'
     from unnest($3::float[]) age`,
    [operator.id, entityId, agesDays],
  );
}

async function putSettings(settings: object): Promise<void> {
  made(await api.call("PUT", `${data}/settings`, { key: operator.key, body: settings }));
}

async function listed(path: string): Promise<Record<string, unknown>[]> {
  return made<never>(await api.call("GET", `${data}${path}`, { key: operator.key }));
}

const runs = () => listed("/settings/retention-runs");
const retain = () => runJob(api, "retain", operator.id);
const upTo = (rows: number, ageDays: number) => Array.from({ length: rows }, (_, i) => ageDays + i / rows);

describe("a run of retention", () => {
  it("archives events past hot_days, removes them past archive_days, and reports both", async () => {
    await addEvents(await newPlayer("p"), [1, 29, 31, 59, 61, 400]);
    await putSettings({ retentionPolicy: { entity_events: { hot_days: 30, archive_days: 60 } } });
    expect(await listed("/entities/p/events")).toHaveLength(6);
    await retain();
    expect(await listed("/entities/p/events")).toHaveLength(2);
    expect(await listed("/entities/p/events?archived=true")).toHaveLength(2);
    const [run] = await runs();
    expect(run).toMatchObject({ eventsArchived: 2, eventsRemoved: 2, statesRemoved: 0 });
    expect(run?.completedAt).not.toBeNull();
    await retain();
    expect(await runs()).toMatchObject([{ eventsArchived: 0, eventsRemoved: 0 }, { eventsRemoved: 2 }]);
  });

  it("takes dataRetentionDays for events when the policy leaves them out", async () => {
    await addEvents(await newPlayer("p"), [89, 91]);
    await putSettings({
      dataRetentionDays: 90,
      retentionPolicy: { entity_states: { hot_days: 30, archive_days: 30 } },
    });
    await retain();
    expect(await listed("/entities/p/events")).toHaveLength(1);
  });

  it("prefers the policy's own archive_days", async () => {
    await addEvents(await newPlayer("p"), [89, 91]);
    await putSettings({
      dataRetentionDays: 30,
      retentionPolicy: { entity_events: { hot_days: 100, archive_days: 100 } },
    });
    await retain();
    expect(await listed("/entities/p/events")).toHaveLength(2);
  });

  it("removes states past archive_days since they were last set, and only when the policy names them", async () => {
    const entityId = await newPlayer("p");
    for (const key of ["balance", "kyc_status"])
      made(
        await api.call("PUT", `${data}/entities/p/state/${key}`, { key: operator.key, body: { value: 1 } }),
      );
    await api.sql(
      "update states set updated_at = now() - interval '40 days' where entity_id = $1 and state_key = 'balance'",
      [entityId],
    );
    await putSettings({ dataRetentionDays: 30 });
    await retain();
    expect(await listed("/entities/p/state")).toHaveLength(2);
    await putSettings({ retentionPolicy: { entity_states: { hot_days: 35, archive_days: 39 } } });
    await retain();
    expect(await listed("/entities/p/state")).toMatchObject([{ state_key: "kyc_status" }]);
    expect((await runs())[0]).toMatchObject({ statesRemoved: 1 });
  });

  it("removes nothing for ever, and brings back what is archived when nothing should be", async () => {
    await addEvents(await newPlayer("p"), [40, 1800]);
    await putSettings({ retentionPolicy: { entity_events: { hot_days: 30, archive_days: 1825 } } });
    await retain();
    expect(await listed("/entities/p/events")).toHaveLength(0);
    await putSettings({ retentionPolicy: null });
    await retain();
    expect(await listed("/entities/p/events")).toHaveLength(2);
    expect(await listed("/entities/p/events?archived=true")).toHaveLength(0);
  });

  it("goes on for a suspended operator, and touches nobody else", async () => {
    await addEvents(await newPlayer("p"), [40]);
    await putSettings({ dataRetentionDays: 30 });
    await api.sql("update operators set status = 'suspended', suspended_at = now() where id = $1", [
      operator.id,
    ]);
    const mine = operator.id;
    operator = await api.createOperator(api.theirs);
    await addEvents(await newPlayer("p"), [40]);
    await runJob(api, "retain", mine);
    expect(await api.sql("select from events where operator_id = $1", [mine])).toHaveLength(0);
    expect(await listed("/entities/p/events")).toHaveLength(1);
    expect(await runs()).toEqual([]);
  });

  it("forgets what nobody needs: expired keys, old batch jobs and access records, and no other audit row", async () => {
    const key = { key: operator.key, headers: { "Idempotency-Key": "old" } };
    const body = { dataRetentionDays: 30 };
    made(await api.call("PUT", `${data}/settings`, { ...key, body }));
    const fresh = { key: operator.key, headers: { "Idempotency-Key": "fresh" } };
    made(await api.call("PUT", `${data}/settings`, { ...fresh, body }));
    await api.sql(
      `update idempotency_keys set expires_at = now()
       where ctid = (select min(ctid) from idempotency_keys where operator_id = $1)`,
      [operator.id],
    );
    await api.sql(
      `insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors, created_at)
       select $1, 'job_' || age, 'events', 1, 1, 0, '[]', now() - age * interval '1 day' from unnest(array[29, 31]) age`,
      [operator.id],
    );
    await api.sql(
      `insert into audit_log (operator_id, at, actor_type, action, target_type)
       select $1, now() - age * interval '1 day', 'operatorKey', action, 'entity'
       from unnest(array[399, 401]) age, unnest(array['entity.read', 'event.read', 'entity.erase']) action`,
      [operator.id],
    );
    await retain();
    const left = async (table: string) =>
      api.sql(`select * from ${table} where operator_id = $1`, [operator.id]);
    expect(await left("idempotency_keys")).toHaveLength(1);
    expect(await left("batch_jobs")).toMatchObject([{ id: "job_29" }]);
    const audited = await api.sql<{ action: string }>(
      "select action from audit_log where operator_id = $1 and at < now() - interval '1 day' order by at, action",
      [operator.id],
    );
    expect(audited.map(({ action }) => action)).toEqual([
      "entity.erase",
      "entity.erase",
      "entity.read",
      "event.read",
    ]);
  });
});

describe("a run of retention over many rows", () => {
  it("counts each row once though two workers run it twice", async () => {
    await addEvents(await newPlayer("p"), upTo(12_001, 31));
    await putSettings({ dataRetentionDays: 30 });
    const workers = await Promise.all([startTestWorker(api), startTestWorker(api)]);
    // Under two names, so that the queue takes them for two jobs.
    for (const name of ["one", "two"]) {
      await api.sql("select graphile_worker.add_job('retain', $1, job_key := $2)", [
        JSON.stringify({ operatorId: operator.id }),
        name,
      ]);
    }
    await jobsDone(api);
    await Promise.all(workers.map((worker) => worker.stop()));
    const removed = (await runs()).map(({ eventsRemoved }) => Number(eventsRemoved));
    expect(removed.reduce((sum, n) => sum + n, 0)).toBe(12_001);
    expect(removed).toContain(12_001);
  });

  it("is taken up where a killed worker left it", async () => {
    const entityId = await newPlayer("p");
    await addEvents(entityId, upTo(12_000, 31));
    await putSettings({ dataRetentionDays: 30 });
    await addJob(api, "retain", operator.id);
    const remaining = async () =>
      (await api.sql("select from events where entity_id = $1", [entityId])).length;
    await killMidway(api, {
      masterKeys,
      // The newest row is in the last of three batches.
      lock: `select from events where entity_id = '${entityId}' order by occurred_at desc limit 1 for update`,
      reached: async () => (await remaining()) === 2_000,
    });
    const [open] = await api.sql("select * from retention_runs where operator_id = $1", [operator.id]);
    expect(open).toMatchObject({ events_removed: "10000", step: "events", completed_at: null });
    const worker = await startTestWorker(api);
    await jobsDone(api);
    await worker.stop();
    expect(await remaining()).toBe(0);
    expect(await runs()).toMatchObject([{ eventsRemoved: 12_000 }]);
  });
});

describe("the daily run", () => {
  it("runs for every operator once, and forgets a platform's expired keys", async () => {
    const other = await api.createOperator(api.theirs);
    const headers = { "Idempotency-Key": "platform" };
    const body = { name: "Op" };
    made(await api.call("POST", "/platform-api/operators", { key: api.ours.key, headers, body }));
    await api.sql("update platform_idempotency_keys set expires_at = now()");
    await runJob(api, "retention");
    const rows = await api.sql("select from retention_runs where operator_id = any ($1)", [
      [operator.id, other.id],
    ]);
    expect(rows).toHaveLength(2);
    expect(await api.sql("select from platform_idempotency_keys")).toHaveLength(0);
  });
});

describe("GET /settings/retention-runs", () => {
  it("is a list, newest first, in pages", async () => {
    await api.sql(
      `insert into retention_runs (operator_id, started_at, completed_at, events_removed)
       select $1, now() - n * interval '1 day', now(), n from generate_series(1, 3) n`,
      [operator.id],
    );
    const first = await api.call("GET", `${data}/settings/retention-runs?limit=2`, { key: operator.key });
    expect(first.body.data).toMatchObject([{ eventsRemoved: 1 }, { eventsRemoved: 2 }]);
    const cursor = encodeURIComponent(first.body.nextCursor);
    const path = `${data}/settings/retention-runs?limit=2&cursor=${cursor}`;
    const second = await api.call("GET", path, { key: operator.key });
    expect(second.body).toMatchObject({ data: [{ eventsRemoved: 3 }], nextCursor: null });
    expect((await api.call("GET", path, { key: api.theirs.operator.key })).status).toBe(400);
  });
});
