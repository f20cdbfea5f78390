import { setTimeout as sleep } from "node:timers/promises";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";
import { holdTransaction } from "../testing/held-transaction.js";
import { type PostgresProxy, startPostgresProxy } from "../testing/postgres-proxy.js";
import { addJob, jobsDone, startTestWorker, startWorkerProcess } from "../testing/worker.js";

const masterKeys = generateMasterKey("test1");
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const operatorId = () => api.ours.operator.id;
const queued = () => api.sql<{ key: string }>("select key from graphile_worker.jobs order by id");
const taken = () => api.sql("select from graphile_worker.jobs where locked_by is not null");

/** Adds a job, and resolves when a worker has done it. */
async function jobGetsDone(): Promise<void> {
  await addJob(api, "retain", operatorId());
  await jobsDone(api);
}

/** Stands between a worker and its database for as long as the work lasts. */
async function throughProxy(work: (proxy: PostgresProxy) => Promise<void>): Promise<void> {
  const proxy = await startPostgresProxy(api.database.worker);
  try {
    await work(proxy);
  } finally {
    await proxy.stop();
  }
}

/** Keeps a job that has begun from going on. */
async function holdJobs() {
  const holder = await holdTransaction(api);
  await holder.run("lock table settings in access exclusive mode");
  return holder;
}

describe("a worker whose connections break", () => {
  it("takes jobs again after it has lost every connection", async () => {
    const running = await startTestWorker(api);
    await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = 'onehazel_worker'`,
    );
    await jobGetsDone();
    await running.stop();
  });

  it("runs a job that it had taken without hearing so, since its connection broke on the answer", () =>
    throughProxy(async (proxy) => {
      const running = await startTestWorker(api, proxy.address);
      proxy.cutAnswerTo("get_job");
      await jobGetsDone();
      await running.stop();
    }));

  it("takes jobs when its connection broke as it looked for the first one", () =>
    throughProxy(async (proxy) => {
      proxy.cutAnswerTo("_private_tasks");
      const running = await startTestWorker(api, proxy.address);
      await jobGetsDone();
      await running.stop();
    }));

  it("leaves nothing that counts as failed when its connection broke as it put its job back for later", async () => {
    await throughProxy(async (proxy) => {
      const running = await startTestWorker(api, proxy.address);
      const holder = await holdJobs();
      await addJob(api, "retain", operatorId());
      await expect.poll(taken).toHaveLength(1);
      proxy.cutAnswerTo(".add_job(");
      // Whoever stops ends with the present transaction, and has the job run again later.
      const stopping = running.stop();
      await holder.end("rollback");
      await stopping;
    });
    const next = await startTestWorker(api);
    await expect.poll(queued).toEqual([]);
    await next.stop();
  });

  it("takes jobs again when nobody answers on its connections any more", () =>
    throughProxy(async (proxy) => {
      const address = { ...proxy.address, acquireTimeoutMs: 5_000 };
      const running = await startTestWorker(api, address, { statementTimeoutMs: 5_000 });
      proxy.become("stall");
      // Each of its four has looked for a job meanwhile, and waits for the answer.
      await sleep(3_000);
      proxy.become("open");
      await jobGetsDone();
      await running.stop();
    }));

  it("stops although nobody answers on its connections any more", () =>
    throughProxy(async (proxy) => {
      const running = await startTestWorker(api, { ...proxy.address, acquireTimeoutMs: 5_000 });
      proxy.become("stall");
      await sleep(3_000);
      await running.stop();
    }));

  it("ends, as a process, although nobody answers on its connections any more", () =>
    throughProxy(async (proxy) => {
      const running = await startWorkerProcess(api, masterKeys, { address: proxy.address });
      proxy.become("stall");
      await running.stop();
    }));

  it("takes jobs again when the ends of two, both done, could not be written down", async () => {
    const other = await api.createOperator(api.ours);
    // It would see a job that is done and still there, and begin to end its queue before the second one is.
    const running = await startTestWorker(api, {}, { lookEveryMs: 60_000 });
    const ending = `datname = current_database() and usename = 'onehazel_worker' and wait_event_type = 'Lock' and query ~ '^delete'`;
    const ends = await holdTransaction(api);
    // One after the other: ends of the same moment are written down together.
    for (const [n, id] of [operatorId(), other.id].entries()) {
      const holder = await holdJobs();
      await addJob(api, "retain", id);
      await expect.poll(taken).toHaveLength(n + 1);
      await ends.run("select from graphile_worker._private_jobs for update");
      await holder.end("rollback");
      await expect.poll(() => api.sql(`select from pg_stat_activity where ${ending}`)).toHaveLength(n + 1);
    }
    await api.sql(`select pg_terminate_backend(pid) from pg_stat_activity where ${ending}`);
    await ends.end("rollback");
    await jobsDone(api);
    await running.stop();
  });
});
