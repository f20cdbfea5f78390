import { inTenant } from "@onehazel/db";
import { requeueErasures } from "../erasures/service.js";
import { requeueReseal } from "../reseal/service.js";
import { addUpkeepForEachOperator } from "../worker/service.js";
import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import {
  dropEventMonth,
  insertRun,
  listPlatformIds,
  lockOpenRun,
  makeEventMonths,
  prepareEventMonth,
  type SweepPosition,
  sweep,
  updateRun,
} from "./repository.js";
import { advance, batchRowsMax } from "./steps.js";
import { expiredPlatformKeys } from "./sweeps.js";

/** Makes the months that events will fall into, and drops those that nobody keeps. */
export async function eventMonths(context: TaskContext): Promise<TaskOutcome> {
  const { db, log } = context;
  const prepared = await inBatches(context, async () =>
    (await prepareEventMonth(db)) ? "unfinished" : "done",
  );
  if (prepared === "unfinished") return prepared;
  const made = await makeEventMonths(db);
  if (made > 0) log.info({ made }, "made months of events");
  return inBatches(context, async () => {
    const month = await dropEventMonth(db);
    if (month === undefined) return "done";
    log.info({ month: month.toISOString().slice(0, 7) }, "dropped a month of events");
    return "unfinished";
  });
}

/** Begins the daily run: one job for each operator, and what belongs to platforms. */
export async function retention(context: TaskContext): Promise<TaskOutcome> {
  const { db, log } = context;
  const operators = await addUpkeepForEachOperator(db, "retain");
  log.info({ operators }, "the daily run of retention begins");
  for (const platformId of await listPlatformIds(db)) await forgetPlatformKeys(context, platformId);
  return "done";
}

async function forgetPlatformKeys({ db }: TaskContext, platformId: string): Promise<void> {
  let after: SweepPosition | undefined;
  do {
    const position = after ?? null;
    const swept = await inTenant(db, { platformId }, (tx) =>
      sweep(tx, platformId, expiredPlatformKeys, { after: position, rowsMax: batchRowsMax }),
    );
    after = swept.after;
  } while (after !== undefined);
}

/** One operator's daily run: archives and removes what its policy says, and what nobody needs any longer. */
export async function retain(context: TaskContext, { operatorId }: Job): Promise<TaskOutcome> {
  const { db, log } = context;
  await inTenant(db, { operatorId }, async (tx) => {
    await insertRun(tx, operatorId);
    // Whatever has given up meanwhile gets another chance.
    await requeueErasures(tx, operatorId);
    await requeueReseal(tx, operatorId);
  });
  return inBatches(context, () =>
    inTenant(db, { operatorId }, async (tx) => {
      const run = await lockOpenRun(tx, operatorId);
      if (run === undefined) return "done";
      const progress = await advance(tx, operatorId, run);
      const counts = await updateRun(tx, operatorId, run.id, progress);
      if (progress.step !== undefined) return "unfinished";
      log.info({ operatorId, runId: run.id, ...counts }, "retention has run");
      return "done";
    }),
  );
}
