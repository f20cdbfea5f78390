import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase } from "@onehazel/db";
import { createLogger } from "../http/log.js";
import { type RunningWorker, startWorker } from "../worker/start.js";
import type { TestApi } from "./harness.js";
import { skewArguments } from "./skew.js";

/** Of a proxy that stands before the database, and how long a connection through it may take. */
interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly acquireTimeoutMs?: number;
}

/** A worker on the API's database, in this process. It looks for killed ones often, unless told. */
export function startTestWorker(
  api: TestApi,
  address: Address = {},
  options: { readonly lookEveryMs?: number; readonly statementTimeoutMs?: number } = {},
): Promise<RunningWorker> {
  const log = createLogger("trace", { write: (line) => void api.logLines.push(line) });
  return startWorker({
    connection: { ...api.database.worker, ...address },
    keyring: api.keyring,
    log,
    lookEveryMs: 200,
    ...options,
  });
}

/** Adds a job as nobody but the worker could. */
export async function addJob(api: TestApi, task: string, operatorId = "", subjectId = ""): Promise<void> {
  await api.sql("select graphile_worker.add_job($1, $2, job_key := $3)", [
    task,
    JSON.stringify({ operatorId, subjectId }),
    `${task}:${operatorId}:${subjectId}`,
  ]);
}

/** Resolves once no job is left. Throws on one that has failed, or after two minutes unless told. */
export async function jobsDone(api: TestApi, givenUpMs = 120_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < givenUpMs; waitedMs += 20) {
    const jobs = await api.sql<{ task_identifier: string; last_error: string | null }>(
      "select task_identifier, last_error from graphile_worker.jobs",
    );
    if (jobs.length === 0) return;
    const failed = jobs.find((job) => job.last_error !== null);
    if (failed) throw new Error(`${failed.task_identifier} failed: ${failed.last_error}`);
    await sleep(20);
  }
  throw new Error("jobs are still waiting");
}

/** Runs one job to its end, with a worker that lives as long. */
export async function runJob(api: TestApi, task: string, operatorId = "", subjectId = ""): Promise<void> {
  const worker = await startTestWorker(api);
  try {
    await addJob(api, task, operatorId, subjectId);
    await jobsDone(api);
  } finally {
    await worker.stop();
  }
}

const program = fileURLToPath(new URL("../../dist/worker.js", import.meta.url));

/** A worker in a process of its own, as built, that can be killed. Resolves once it takes jobs. */
export async function startWorkerProcess(
  api: TestApi,
  masterKeys: string,
  { clockAheadMs = 0, address = {} }: { readonly clockAheadMs?: number; readonly address?: Address } = {},
): Promise<{ kill(): Promise<void>; stop(): Promise<void>; readonly ended: Promise<void> }> {
  const { host, port, user, database } = { ...api.database.worker, ...address };
  const url = `postgres://${user}@/${database}?host=${encodeURIComponent(host ?? "")}&port=${port}`;
  const child = spawn(process.execPath, [...skewArguments(clockAheadMs), program], {
    env: { DATABASE_WORKER_URL: url, ONEHAZEL_MASTER_KEYS: masterKeys },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let written = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        written += chunk.toString();
        if (written.includes("the worker takes jobs")) resolve();
      });
    }
    ended.then(() => reject(new Error(`the worker ended: ${written}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    process.off("exit", killWithUs);
  };
  return { kill: () => end("SIGKILL"), stop: () => end("SIGTERM"), ended };
}

/**
 * Lets a worker run into a lock halfway through its job, kills it there, and has another one finish. `lock` is a statement that
 * takes the lock; `reached` asks whether the worker has done some of its work by then.
 */
export async function killMidway(
  api: TestApi,
  { masterKeys, lock, reached }: { masterKeys: string; lock: string; reached: () => Promise<boolean> },
): Promise<void> {
  const holder = openDatabase({ ...api.database.superuser, poolMax: 1 });
  const session = await holder.pool.connect();
  const worker = await startWorkerProcess(api, masterKeys);
  try {
    await session.query("begin");
    await session.query(lock);
    for (let waitedMs = 0; !((await reached()) && (await someoneWaits(api))); waitedMs += 20) {
      if (waitedMs > 120_000) throw new Error("the worker did not get to the lock");
      await sleep(20);
    }
  } finally {
    await worker.kill();
    await session.query("rollback");
    session.release();
    await holder.close();
  }
}

async function someoneWaits(api: TestApi): Promise<boolean> {
  const rows = await api.sql(
    `select from pg_stat_activity
     where datname = current_database() and usename = 'onehazel_worker' and wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}
