import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import type { TenantKeys } from "../http/tenant-keys.js";

/** What every task is given. */
export interface TaskContext {
  /** The worker's own pool: row-level security shows it one operator at a time. */
  readonly db: Database;
  readonly keys: TenantKeys;
  readonly log: Logger;
  /** Aborted when it is time to let others go on: to be looked at between two transactions. */
  readonly signal: AbortSignal;
}

/** Whom a job is for. Ids of ours and nothing else: a job's payload is kept in clear. */
export interface Job {
  /** The empty text when the job is nobody's in particular. */
  readonly operatorId: string;
  /** What it is about; the empty text when that is the operator as a whole. */
  readonly subjectId: string;
}

/** `unfinished`: there is more to do, and the same job should be run again. */
export type TaskOutcome = "done" | "unfinished";

/**
 * A task does its work in short transactions, each of which leaves behind how far it got; so it may end, be killed or be run
 * twice at any moment, and whoever runs it next goes on from there.
 */
export type Task = (context: TaskContext, job: Job) => Promise<TaskOutcome>;

/** Repeats one transaction's worth of work until it says that it is done, or it is time to let others go on. */
export async function inBatches(
  { signal }: TaskContext,
  batch: () => Promise<TaskOutcome>,
): Promise<TaskOutcome> {
  while (!signal.aborted) {
    if ((await batch()) === "done") return "done";
  }
  return "unfinished";
}
