import { setTimeout as sleep } from "node:timers/promises";
import type { Keyring } from "@onehazel/crypto";
import { type ConnectionOptions, openDatabase } from "@onehazel/db";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import { TenantKeys } from "../http/tenant-keys.js";
import { announceKeys } from "../rotation/announcer.js";
import { refusePending, refusePrivileges } from "../start/privileges.js";
import { tasks } from "../tasks.js";
import { observeJobs, observePool } from "../telemetry/metrics.js";
import { queryListener } from "../telemetry/queries.js";
import { Presence } from "./presence.js";
import { type QueueOptions, type RunningQueue, runQueue } from "./queue.js";
import { countJobs } from "./repository.js";

/**
 * `connection` logs in as `onehazel_worker`, or as somebody who may act as it with `role` set. `concurrency`: jobs at once,
 * default 4. `lookEveryMs`: how often jobs of killed workers are looked for, default 5,000. `statementTimeoutMs`: default 120,000;
 * a connection on which no answer comes for so long and 5 seconds more is given up.
 */
export interface WorkerOptions {
  readonly connection: ConnectionOptions;
  readonly keyring: Keyring;
  readonly log: Logger;
  readonly concurrency?: number;
  readonly lookEveryMs?: number;
  readonly statementTimeoutMs?: number;
  /** A statement that takes at least this long is logged: none unless given. */
  readonly slowQueryMs?: number;
}

/** A worker that takes jobs until it is stopped. */
export interface RunningWorker {
  /** Takes no more jobs, lets the running ones finish their present transaction, and closes the pool. */
  stop(): Promise<void>;
}

const idleInTransactionTimeoutMs = 60_000;
const restartAfterMs = 1_000;
const stopDeadlineMs = 10_000;

/**
 * Starts the worker: the daily upkeep, erasures of many events, re-sealing. Any number of them may run on one database; each job
 * is run by one of them. A lost database is waited for. Throws `Refusal` when the role may more than a worker should, or
 * the database is not up to date.
 *
 * @example
 * const worker = await startWorker({ connection: { connectionString: workerUrl }, keyring, log });
 * await worker.stop();
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const {
    connection,
    keyring,
    log,
    concurrency = 4,
    lookEveryMs = 5_000,
    statementTimeoutMs = 120_000,
    slowQueryMs = 0,
  } = options;
  const db = openDatabase({
    ...connection,
    // A transaction and a statement of the queue for each job; one session listens, one marks our presence, one keeps time.
    poolMax: 2 * concurrency + 3,
    statementTimeoutMs,
    idleInTransactionTimeoutMs,
    applicationName: "onehazel worker",
    onQuery: queryListener(log, slowQueryMs),
    onIdleError: (error) => log.warn({ error: errorForLog(error) }, "an idle database connection was lost"),
  });
  observePool("worker", db);
  observeJobs(() => countJobs(db));
  const presence = new Presence(db, log, lookEveryMs);
  const stopping = new AbortController();
  const queue: QueueOptions = {
    db,
    tasks,
    context: { db, keys: new TenantKeys(keyring), log },
    presence,
    concurrency,
    stopping: stopping.signal,
  };
  let first: RunningQueue;
  let announcing: { stop(): void } | undefined;
  try {
    await refusePrivileges(db, "worker");
    await refusePending(db, "worker");
    announcing = await announceKeys(db, keyring, log);
    first = await runQueue(queue);
  } catch (error) {
    announcing?.stop();
    await presence.stop();
    await db.close();
    throw error;
  }
  const ended = keepRunning(queue, first);
  log.info({ concurrency }, "the worker takes jobs");
  return {
    stop: async () => {
      stopping.abort();
      announcing?.stop();
      observeJobs(undefined);
      const deadline = new AbortController();
      await Promise.race([ended, sleep(stopDeadlineMs, undefined, { ref: false, signal: deadline.signal })]);
      deadline.abort();
      await presence.stop();
      await Promise.race([db.close(), sleep(stopDeadlineMs, undefined, { ref: false })]);
    },
  };
}

/** The queue ends itself when it can no longer write down what became of a job, as while the database is away. */
async function keepRunning(queue: QueueOptions, first: RunningQueue): Promise<void> {
  const { stopping, context, presence } = queue;
  const asked = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener("abort", () => resolve(), { once: true });
  });
  let running: RunningQueue | undefined = first;
  while (!stopping.aborted) {
    try {
      running ??= await runQueue(queue);
      await Promise.race([running.ended, asked]);
    } catch (error) {
      context.log.warn({ error: errorForLog(error) }, "the queue ended; starting it again");
    }
    if (stopping.aborted) break;
    running = undefined;
    await presence.letGo();
    await sleep(restartAfterMs, undefined, { signal: stopping }).catch(() => undefined);
  }
  // It rejects when the queue has ended by itself meanwhile.
  await running?.stop().catch(() => undefined);
}
