import { EventEmitter } from "node:events";
import { type Database, queueSchema } from "@onehazel/db";
import {
  parseCronItems,
  Logger as QueueLogger,
  run,
  type TaskList,
  type WorkerEvents,
  type WorkerPool,
} from "graphile-worker";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import { jobSeconds } from "../telemetry/metrics.js";
import type { Presence, TakingPool } from "./presence.js";
import type { Job, Task, TaskContext } from "./task.js";

/** After this long a job lets others go on and is run again behind them. */
const sliceMs = 60_000;
const dayMs = 86_400_000;
/** How long a queue that ends may take for it: its tasks end with their present transaction. */
const endTimeoutMs = 10_000;

export interface QueueOptions {
  readonly db: Database;
  readonly tasks: Readonly<Record<string, Task>>;
  readonly context: Omit<TaskContext, "signal">;
  readonly presence: Presence;
  readonly concurrency: number;
  /** Aborted when the worker stops: running jobs end with their present transaction. */
  readonly stopping: AbortSignal;
}

/** When tasks begin by themselves, in UTC; what was missed while nothing ran is made up for, a day back. */
const timetable = parseCronItems([
  { task: "event-months", match: "0 1 * * *", options: { backfillPeriod: dayMs, jobKey: "event-months" } },
  { task: "retention", match: "10 1 * * *", options: { backfillPeriod: dayMs, jobKey: "retention" } },
]);

/** A queue that takes jobs until it ends. */
export interface RunningQueue {
  /** Settles once it has ended; rejects with why when it did so by itself, or could not. */
  readonly ended: Promise<void>;
  /** Takes no more jobs, and resolves when the running ones have ended. */
  stop(): Promise<void>;
}

/** Starts taking jobs. */
export async function runQueue(options: QueueOptions): Promise<RunningQueue> {
  const { db, tasks, context, presence, concurrency } = options;
  const events: WorkerEvents = new EventEmitter();
  const ending = new AbortController();
  const ends = AbortSignal.any([options.stopping, ending.signal]);
  const taskList: TaskList = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, queued(name, task, ends, options)]),
  );
  endWhereFirstLookFails(events, context.log);
  const stuck = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error("the queue began to end and did not come to it"));
    events.once("pool:gracefulShutdown", () => {
      ending.abort();
      setTimeout(giveUp, endTimeoutMs).unref();
    });
  });
  const runner = await run(
    {
      events,
      pgPool: db.pool,
      schema: queueSchema,
      concurrency,
      noHandleSignals: true,
      logger: new QueueLogger(() => (level, message) => context.log[levels[level]](message)),
      preset: {
        // Written down in batches of their own, as the queue calls it: it waits for no other kind when it is told to stop.
        worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
        plugins: [
          {
            name: "OneHazelPresence",
            version: "1",
            // Before a pool takes its first job.
            worker: {
              hooks: { startWorker: (_, { worker }) => presence.hold(takingPool(worker.workerPool)) },
            },
          },
        ],
      },
    },
    taskList,
    timetable,
  );
  // The library waits for ever for its own account of jobs when the ends of two could not be written down at once.
  stuck.catch(() => runner.stop().catch(() => undefined));
  return { ended: Promise.race([runner.promise, stuck]), stop: () => runner.stop() };
}

/** The library looks up its tasks when it first looks for a job, and remembers that for good: a failure too, of a broken connection. */
function endWhereFirstLookFails(events: WorkerEvents, log: Logger): void {
  let isFirst = true;
  const looked = () => {
    isFirst = false;
  };
  events.once("worker:getJob:empty", looked).once("job:start", looked);
  events.on("worker:getJob:error", ({ worker, error }) => {
    if (!isFirst) return;
    looked();
    log.warn({ error: errorForLog(error) }, "could not look for jobs; starting the queue again");
    // Once the one that failed has been put to wait for its next turn: it ends quietly there.
    setImmediate(takingPool(worker.workerPool).end);
  });
}

/** The queue reports every job that went well; we log what a job did. */
const levels = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;

/** The runner ends with its pool, and `keepRunning` makes another. */
function takingPool(pool: WorkerPool): TakingPool {
  return { id: pool.id, end: () => void Promise.resolve(pool.gracefulShutdown()).catch(() => undefined) };
}

function queued(
  name: string,
  task: Task,
  ends: AbortSignal,
  { context, presence }: QueueOptions,
): TaskList[string] {
  const run: TaskList[string] = async (payload, { job: { id, priority }, addJob }) => {
    const job = payload as Partial<Job>;
    const whom = { operatorId: job.operatorId ?? "", subjectId: job.subjectId ?? "" };
    const signal = AbortSignal.any([ends, AbortSignal.timeout(sliceMs)]);
    const ended = jobSeconds.startTimer({ task: name });
    try {
      const outcome = await task({ ...context, signal }, whom);
      ended({ outcome });
      if (outcome === "done") return;
      const jobKey = `${name}:${whom.operatorId}:${whom.subjectId}`;
      await addJob(name, whom, { jobKey, priority });
    } catch (error) {
      ended({ outcome: "failed" });
      context.log.error({ task: name, jobId: id, ...whom, error: errorForLog(error) }, "a job failed");
      throw new Error(reasonOf(error));
    }
  };
  return (payload, helpers) => presence.whileRunning(helpers.job.id, async () => run(payload, helpers));
}

/** What the queue stores and logs of a failure: PostgreSQL quotes values in its messages, so no message. */
function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string };
  return `${name ?? "Error"}${code === undefined ? "" : ` ${code}`}`;
}
