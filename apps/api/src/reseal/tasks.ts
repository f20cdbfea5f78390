import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import { walkBatch } from "./walk.js";

/** In one line of the log; of a lost master key every row is one. */
const namedMax = 20;

/**
 * Walks over all of an operator's entities and events, and seals what its template calls PII by now and what lies under another
 * master key than the current one. Writes that were prepared for an older template are refused by then, so whatever the walk has
 * passed stays as it should be.
 */
export async function reseal(context: TaskContext, { operatorId }: Job): Promise<TaskOutcome> {
  return inBatches(context, async () => {
    const { ended, unreadable } = await walkBatch(context, operatorId);
    if (unreadable.length > 0) {
      const fields = unreadable.slice(0, namedMax);
      context.log.error({ operatorId, count: unreadable.length, fields }, "encrypted fields can't be read");
    }
    return ended ? "done" : "unfinished";
  });
}
