import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import { walkBatch } from "./walk.js";

/**
 * Walks over all of an operator's entities and events, and seals what its template calls PII by now and what lies under another
 * master key than the current one. Writes that were prepared for an older template are refused by then, so whatever the walk has
 * passed stays as it should be.
 */
export async function reseal(context: TaskContext, { operatorId }: Job): Promise<TaskOutcome> {
  return inBatches(context, async () => {
    const { ended } = await walkBatch(context, operatorId);
    return ended ? "done" : "unfinished";
  });
}
