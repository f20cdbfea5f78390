import { generateMasterKey } from "@onehazel/crypto";
import { type Database, inTenant, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readWorkerConfig } from "../config.js";
import { createLogger } from "../http/log.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { addJob, jobsDone, startTestWorker } from "../testing/worker.js";
import { enqueueJob, listJobs, retryJobs } from "./service.js";
import { startWorker } from "./start.js";

let api: TestApi;
let server: Database;
let worker: Database;
beforeAll(async () => {
  api = await startApi();
  server = openDatabase({ ...api.database.server, poolMax: 2 });
  worker = openDatabase({ ...api.database.worker, poolMax: 2 });
});
afterAll(async () => {
  await server.close();
  await worker.close();
  await api.stop();
});

const operatorId = () => api.ours.operator.id;
const queued = () => api.sql<{ key: string }>("select key from graphile_worker.jobs order by id");
const clearQueue = () => api.sql("delete from graphile_worker._private_jobs");

describe("enqueueing", () => {
  it("joins the transaction: a job is left behind if and only if that commits, and once", async () => {
    await inTenant(server, { operatorId: operatorId() }, async (tx) => {
      await enqueueJob(tx, "erase", "ent_1");
      await enqueueJob(tx, "erase", "ent_1");
      expect(await queued()).toEqual([]);
    });
    expect(await queued()).toEqual([{ key: `erase:${operatorId()}:ent_1` }]);
    await clearQueue();
    const failing = inTenant(server, { operatorId: operatorId() }, async (tx) => {
      await enqueueJob(tx, "reseal");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await queued()).toEqual([]);
  });

  it("takes the operator from the scope, and only what requests may ask for", async () => {
    const refused = (text: string) => expect(server.pool.query(text)).rejects.toThrow();
    await refused("select enqueue_job('reseal', '')");
    const scoped = (task: string) =>
      inTenant(server, { operatorId: operatorId() }, (tx) => tx.raw("select enqueue_job(?, '')", [task]));
    for (const task of ["retain", "retention", "event-months", "RESEAL", ""])
      await expect(scoped(task)).rejects.toThrow("no request may");
    await refused("select graphile_worker.add_job('reseal')");
    await refused("select * from graphile_worker.jobs");
    await refused("delete from graphile_worker._private_jobs");
    expect(await queued()).toEqual([]);
  });
});

describe("the worker's role", () => {
  const scoped = (text: string) => inTenant(worker, { operatorId: operatorId() }, (tx) => tx.raw(text));

  it("sees nobody's rows without a scope, and learns only whose scopes there are", async () => {
    for (const table of ["entities", "events", "settings", "erasures", "retention_runs", "reseal_requests"])
      expect((await worker.pool.query(`select * from ${table}`)).rows).toEqual([]);
    const { rows } = await worker.pool.query("select list_operator_ids() as id");
    expect(rows.map(({ id }) => id)).toContain(operatorId());
    await expect(server.pool.query("select list_operator_ids()")).rejects.toThrow("permission denied");
    await expect(server.pool.query("select list_platform_ids()")).rejects.toThrow("permission denied");
  });

  it.each([
    "select * from api_keys",
    "select * from platform_keys",
    "select * from operators",
    "select reply from idempotency_keys",
    "select value from states",
    "select target_id from audit_log",
    "insert into events default values",
    "insert into entities default values",
    "insert into audit_log default values",
    "update entities set external_id = 'x'",
    "update events set occurred_at = now()",
    "update settings set data_retention_days = null",
    "update operators set status = 'active'",
    "delete from entities",
    "delete from settings",
    "delete from erasures",
    "delete from reseal_requests",
    "delete from retention_runs",
    "create table mine ()",
    "set role onehazel_owner",
    "set role onehazel_auth",
  ])("may not: %s", async (text) => {
    await expect(scoped(text)).rejects.toThrow("permission denied");
  });

  it("takes nothing from the audit log but who read personal data", async () => {
    await api.sql(
      `insert into audit_log (operator_id, actor_type, action, target_type)
       select $1, 'operatorKey', action, 'entity' from unnest(array['entity.read', 'entity.erase']) action`,
      [operatorId()],
    );
    await scoped("delete from audit_log");
    const rows = await api.sql<{ action: string }>("select action from audit_log where operator_id = $1", [
      operatorId(),
    ]);
    const actions = rows.map(({ action }) => action);
    expect(actions).not.toContain("entity.read");
    expect(actions).toContain("entity.erase");
  });

  it("changes events of nobody who has not been erased", async () => {
    for (const db of [server, worker]) {
      const redact = inTenant(db, { operatorId: operatorId() }, (tx) =>
        tx.raw("select redact_events('ent_0000000000000000', null, null, 10)"),
      );
      await expect(redact).rejects.toThrow("only the events of an erased entity");
    }
  });
});

describe("a worker", () => {
  const log = createLogger("silent");

  it("does not start with a login that row-level security would not hold, or on an old schema", async () => {
    for (const connection of [api.database.owner, api.database.superuser]) {
      const starting = startWorker({ connection, keyring: api.keyring, log });
      await expect(starting).rejects.toMatchObject({ name: "Refusal" });
    }
    await api.sql("update schema_functions set hash = hash || '!'");
    await expect(startWorker({ connection: api.database.worker, keyring: api.keyring, log })).rejects.toThrow(
      "not up to date",
    );
    await api.sql("update schema_functions set hash = rtrim(hash, '!')");
  });

  it("acts as the worker's role where one login is for everything", async () => {
    const connection = { ...api.database.owner, role: "onehazel_worker" };
    const running = await startWorker({ connection, keyring: api.keyring, log });
    await addJob(api, "retain", operatorId());
    await jobsDone(api);
    await running.stop();
  });

  it("says which settings are wrong, never what they were set to", () => {
    const masterKeys = generateMasterKey("k");
    const wrong = { DATABASE_WORKER_URL: "secret", ONEHAZEL_MASTER_KEYS: `${masterKeys}f`, LOG_LEVEL: "" };
    const reading = () => readWorkerConfig(wrong);
    expect(reading).toThrow(/DATABASE_WORKER_URL: must be.*\n.*ONEHAZEL_MASTER_KEYS: /);
    expect(reading).not.toThrow(/secret|[0-9a-f]{32}/);
    expect(() => readWorkerConfig({})).toThrow("DATABASE_WORKER_URL: is required");
    const url = "postgres://onehazel_worker@db/onehazel";
    expect(readWorkerConfig({ DATABASE_WORKER_URL: url, ONEHAZEL_MASTER_KEYS: masterKeys })).toMatchObject({
      databaseWorkerUrl: url,
      concurrency: 4,
    });
  });

  it("stops in the middle of a job, which another then finishes", async () => {
    const first = await startTestWorker(api);
    const holder = openDatabase({ ...api.database.superuser, poolMax: 1 });
    const session = await holder.pool.connect();
    await session.query("begin");
    await session.query("lock table settings in access exclusive mode");
    await addJob(api, "retain", operatorId());
    await expect.poll(() => api.sql("select from retention_runs where completed_at is null")).toHaveLength(1);
    const stopping = first.stop();
    await session.query("rollback");
    await stopping;
    session.release();
    await holder.close();
    expect(await queued()).toHaveLength(1);
    const second = await startTestWorker(api);
    await jobsDone(api);
    await second.stop();
    expect(await api.sql("select from retention_runs where completed_at is null")).toHaveLength(0);
  });
});

describe("jobs that fail", () => {
  it("are logged and listed with name and code, never with what PostgreSQL quotes, and can be retried", async () => {
    await api.sql("alter table retention_runs add constraint broken check (step <> 'keys') not valid");
    const running = await startTestWorker(api);
    await addJob(api, "retain", operatorId());
    const list = () => listJobs(api.database.owner);
    await expect.poll(async () => (await list())[0]?.lastError).toBe("error 23514");
    expect(await list()).toMatchObject([
      { task: "retain", key: `retain:${operatorId()}:`, status: "waiting", attempts: 1, attemptsMax: 25 },
    ]);
    const lines = api.logLines.filter((line) => line.includes("a job failed"));
    expect(lines.join()).toContain("23514");
    expect(lines.join()).not.toContain("Failing row contains");
    await api.sql("alter table retention_runs drop constraint broken");

    const [job] = await list();
    expect(await retryJobs(api.database.worker, ["999999"])).toMatchObject({ unknown: ["999999"] });
    await api.sql(
      "update graphile_worker._private_jobs set attempts = 25, run_at = now() + interval '1 day'",
    );
    expect((await list())[0]).toMatchObject({ status: "failed" });
    expect(await retryJobs(api.database.owner)).toMatchObject({ retried: [job?.id] });
    await expect.poll(queued, { timeout: 60_000 }).toEqual([]);
    await running.stop();
  });
});
