import { setTimeout as sleep } from "node:timers/promises";
import { generateMasterKey } from "@onehazel/crypto";
import { openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";
import { startPostgresProxy } from "../testing/postgres-proxy.js";
import { addJob, jobsDone, startTestWorker, startWorkerProcess } from "../testing/worker.js";

const masterKeys = generateMasterKey("test1");
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const operatorId = () => api.ours.operator.id;
const queued = () => api.sql<{ key: string }>("select key from graphile_worker.jobs order by id");

describe("a worker whose connections break", () => {
  it("takes jobs again after it has lost every connection", async () => {
    const running = await startTestWorker(api);
    await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = 'onehazel_worker'`,
    );
    await addJob(api, "retain", operatorId());
    await jobsDone(api);
    await running.stop();
  });

  it("runs a job that it had taken without hearing so, since its connection broke on the answer", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    const running = await startTestWorker(api, proxy.address);
    proxy.cutAnswerTo("get_job");
    await addJob(api, "retain", operatorId());
    await jobsDone(api);
    await running.stop();
    await proxy.stop();
  });

  it("leaves nothing that counts as failed when its connection broke as it put its job back for later", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    const running = await startTestWorker(api, proxy.address);
    const holder = openDatabase({ ...api.database.superuser, poolMax: 1 });
    const session = await holder.pool.connect();
    await session.query("begin; lock table settings in access exclusive mode");
    await addJob(api, "retain", operatorId());
    await expect
      .poll(() => api.sql("select from graphile_worker.jobs where locked_by is not null"))
      .toHaveLength(1);
    proxy.cutAnswerTo(".add_job(");
    // Whoever stops ends with the present transaction, and has the job run again later.
    const stopping = running.stop();
    await session.query("rollback");
    await stopping;
    session.release();
    await holder.close();
    await proxy.stop();
    const next = await startTestWorker(api);
    await expect.poll(queued).toEqual([]);
    await next.stop();
  });

  it("takes jobs when its connection broke as it looked for the first one", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    proxy.cutAnswerTo("_private_tasks");
    const running = await startTestWorker(api, proxy.address);
    await addJob(api, "retain", operatorId());
    await jobsDone(api);
    await running.stop();
    await proxy.stop();
  });

  it("takes jobs again when nobody answers on its connections any more", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    const running = await startTestWorker(api, proxy.address, { statementTimeoutMs: 1_000 });
    proxy.become("stall");
    // Each of its four has looked for a job meanwhile, and waits for the answer.
    await sleep(3_000);
    proxy.become("open");
    await addJob(api, "retain", operatorId());
    await jobsDone(api);
    await running.stop();
    await proxy.stop();
  });

  it("stops although nobody answers on its connections any more", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    const running = await startTestWorker(api, proxy.address);
    proxy.become("stall");
    await sleep(3_000);
    await running.stop();
    await proxy.stop();
  });

  it("ends, as a process, although nobody answers on its connections any more", async () => {
    const proxy = await startPostgresProxy(api.database.worker);
    const running = await startWorkerProcess(api, masterKeys, { address: proxy.address });
    proxy.become("stall");
    await running.stop();
    await proxy.stop();
  });

  it("takes jobs again when the ends of two, both done, could not be written down", async () => {
    const other = await api.createOperator(api.ours);
    // It would see a job that is done and still there, and begin to end its queue before the second one is.
    const running = await startTestWorker(api, {}, { lookEveryMs: 60_000 });
    const holder = openDatabase({ ...api.database.superuser, poolMax: 2 });
    const [before, after] = [await holder.pool.connect(), await holder.pool.connect()];
    const ending = `datname = current_database() and usename = 'onehazel_worker' and wait_event_type = 'Lock' and query ~ '^delete'`;
    await after.query("begin");
    // One after the other: ends of the same moment are written down together.
    for (const [n, id] of [operatorId(), other.id].entries()) {
      await before.query("begin; lock table settings in access exclusive mode");
      await addJob(api, "retain", id);
      await expect
        .poll(() => api.sql("select from graphile_worker.jobs where locked_by is not null"))
        .toHaveLength(n + 1);
      await after.query("select from graphile_worker._private_jobs for update");
      await before.query("rollback");
      await expect.poll(() => api.sql(`select from pg_stat_activity where ${ending}`)).toHaveLength(n + 1);
    }
    await api.sql(`select pg_terminate_backend(pid) from pg_stat_activity where ${ending}`);
    await after.query("rollback");
    for (const session of [before, after]) session.release();
    await holder.close();
    await jobsDone(api);
    await running.stop();
  });
});
