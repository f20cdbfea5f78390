import { inTenant } from "@onehazel/db";
import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import { lockRunningErasure, redactEvents, updateErasure } from "./repository.js";

/** How many events one transaction redacts. */
const batchRowsMax = 5_000;

/** Redacts the events of an entity that was erased, whose id is the job's subject. */
export async function eraseEvents(
  context: TaskContext,
  { operatorId, subjectId: entityId }: Job,
): Promise<TaskOutcome> {
  const { db, log } = context;
  return inBatches(context, () =>
    inTenant(db, { operatorId }, async (tx) => {
      const erasure = await lockRunningErasure(tx, operatorId, entityId);
      if (erasure === undefined) return "done";
      const { events_after_at: at, events_after_id: id } = erasure;
      const after = at === null || id === null ? undefined : { at, id };
      const batch = await redactEvents(tx, entityId, after, batchRowsMax);
      const eventsRedacted = await updateErasure(tx, operatorId, erasure.id, batch);
      if (batch.last !== undefined) return "unfinished";
      log.info({ operatorId, entityId, erasureId: erasure.id, eventsRedacted }, "an erasure is completed");
      return "done";
    }),
  );
}
