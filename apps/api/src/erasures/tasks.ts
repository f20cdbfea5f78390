import { inTenant } from "@onehazel/db";
import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import { advanceErasure } from "./repository.js";

/** How many rows one transaction redacts. */
const batchRowsMax = 5_000;

/** Redacts what is left of an erased entity, whose id is the job's subject. */
export function eraseEntity(context: TaskContext, job: Job): Promise<TaskOutcome> {
  return eraseInSteps(context, job, batchRowsMax);
}

/** Calls the database for one bounded step after another, each in its own transaction. */
export async function eraseInSteps(
  context: TaskContext,
  { operatorId, subjectId: entityId }: Job,
  rowsMax: number,
): Promise<TaskOutcome> {
  const { db, log } = context;
  return inBatches(context, async () => {
    const step = await inTenant(db, { operatorId }, (tx) => advanceErasure(tx, entityId, rowsMax));
    if (!step.isDone) return "unfinished";
    if (step.erasureId !== undefined)
      log.info({ operatorId, entityId, erasureId: step.erasureId }, "an erasure is completed");
    return "done";
  });
}
