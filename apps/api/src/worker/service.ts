import type { ConnectionOptions, Database, TenantTransaction } from "@onehazel/db";
import {
  addJob,
  addJobForEachOperator,
  asWorker,
  type JobRow,
  listJobs as listRows,
  rescheduleJobs,
} from "./repository.js";

/** After what a request has asked for: nobody's erasure should wait for everybody's upkeep. */
const upkeepPriority = 10;

/** A positive `bigint` as it is written, and nothing longer. */
const jobIdForm = /^[1-9]\d{0,17}$/;

/** What a request may leave behind for the worker. The database has the same list: `enqueue_job`. */
export type RequestedTask = "erase" | "reseal";

/**
 * Leaves work behind in the caller's transaction, for the operator whose scope that has: it is done if and only if the
 * transaction commits. A job of the same task and subject that has not begun is not added twice.
 */
export function enqueueJob(tx: TenantTransaction, task: RequestedTask, subjectId = ""): Promise<void> {
  return addJob(tx, task, subjectId);
}

/** Adds one job for every operator. The worker's own: no request may. Returns how many. */
export function addUpkeepForEachOperator(db: Database, task: string): Promise<number> {
  return addJobForEachOperator(db, task, upkeepPriority);
}

/** One job as the command line shows it. */
export interface JobSummary {
  readonly id: string;
  readonly task: string;
  /** `task:operatorId:subjectId`; null where a later job has taken its place. */
  readonly key: string | null;
  /** `waiting` for its time, `running`, or `failed`: it will not be tried again by itself. */
  readonly status: "waiting" | "running" | "failed";
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly runAt: string;
  /** What went wrong last: a name and a code, never a value. */
  readonly lastError: string | null;
  readonly createdAt: string;
}

/**
 * Every job that waits, runs or has failed, oldest first; finished ones are gone. `connection` is the worker's or the owner's.
 *
 * @example
 * const jobs = await listJobs({ connectionString: ownerUrl });
 */
export async function listJobs(connection: ConnectionOptions): Promise<JobSummary[]> {
  return (await asWorker(connection, listRows)).map(summarise);
}

/** What became of the ids of jobs that were to be tried again. */
export interface RetriedJobs {
  readonly retried: readonly string[];
  /** Left alone. */
  readonly running: readonly string[];
  /** Done meanwhile, or never there. */
  readonly unknown: readonly string[];
}

/**
 * Makes jobs due now, with all their attempts again: those of `ids`, or every one that was tried before. Running ones are left
 * alone. It is no act of the audit log: the work was asked for before, and each try of it does the same.
 */
export function retryJobs(connection: ConnectionOptions, ids?: readonly string[]): Promise<RetriedJobs> {
  return asWorker(connection, async (db) => {
    const wanted = [...new Set(ids)];
    const possible = wanted.filter((id) => jobIdForm.test(id));
    const retried = await rescheduleJobs(db, ids && possible);
    const left = wanted.filter((id) => !retried.includes(id));
    const present = new Set((await listRows(db)).map(({ id }) => id));
    return {
      retried,
      running: left.filter((id) => present.has(id)),
      unknown: left.filter((id) => !present.has(id)),
    };
  });
}

function summarise(row: JobRow): JobSummary {
  const exhausted = row.attempts >= row.attempts_max;
  return {
    id: row.id,
    task: row.task,
    key: row.key,
    status: row.locked_at !== null ? "running" : exhausted ? "failed" : "waiting",
    attempts: row.attempts,
    attemptsMax: row.attempts_max,
    runAt: row.run_at.toISOString(),
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
  };
}
