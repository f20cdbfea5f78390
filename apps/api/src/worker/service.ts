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

/** What a request may leave behind for the worker. The database has the same list: `enqueue_job`. */
export type RequestedTask = "erase-events" | "reseal";

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

/**
 * Makes jobs due now, with all their attempts again: those of `ids`, or every one that has failed at least once. Running ones
 * are left alone. Returns the ids of those it made due.
 */
export function retryJobs(connection: ConnectionOptions, ids?: readonly string[]): Promise<string[]> {
  return asWorker(connection, (db) => rescheduleJobs(db, ids));
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
