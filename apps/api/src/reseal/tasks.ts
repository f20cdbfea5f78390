import type { OperatorKeys } from "@onehazel/crypto";
import { inTenant, type TenantTransaction } from "@onehazel/db";
import { inBatches, type Job, type TaskContext, type TaskOutcome } from "../worker/task.js";
import { resealRow } from "./record.js";
import {
  beginWalk,
  findPiiFields,
  findSalt,
  listNextKeys,
  lockOpenRequest,
  lockStaleRows,
  type OpenRequest,
  updateRows,
  updateWalk,
  type WalkProgress,
} from "./repository.js";

/** How many rows one transaction looks at; those that need it are locked while they are sealed. */
const batchRowsMax = 500;

/**
 * Walks over all of an operator's entities and events, and seals what its template calls PII by now and what lies under another
 * master key than the current one. Writes that were prepared for an older template are refused by then, so whatever the walk has
 * passed stays as it should be.
 */
export async function reseal(context: TaskContext, { operatorId }: Job): Promise<TaskOutcome> {
  const { db, log, keys } = context;
  return inBatches(context, () =>
    inTenant(db, { operatorId }, async (tx) => {
      const request = await lockOpenRequest(tx, operatorId);
      const salt = await findSalt(tx, operatorId);
      if (request === undefined || salt === undefined) return "done";
      if (request.walk_of !== request.requested_at) {
        await beginWalk(tx, operatorId);
        return "unfinished";
      }
      const operatorKeys = keys.operator({ operatorId, piiSalt: salt });
      const progress = await walkOn(tx, operatorId, request, operatorKeys, keys.keyring.current.id);
      const counts = await updateWalk(tx, operatorId, progress);
      if (progress.step !== undefined) return "unfinished";
      if (counts.rowsFailed > 0) log.error({ operatorId, ...counts }, "some rows could not be sealed anew");
      else log.info({ operatorId, ...counts }, "records are sealed as the template demands");
      return "done";
    }),
  );
}

/** One transaction's worth of the walk. The template is read each time: it may be another by now. */
async function walkOn(
  tx: TenantTransaction,
  operatorId: string,
  { step, after }: OpenRequest,
  operatorKeys: OperatorKeys,
  masterKeyId: string,
): Promise<WalkProgress> {
  const keys = await listNextKeys(tx, operatorId, step, after, batchRowsMax);
  const [first, last] = [keys[0], keys.at(-1)];
  const next = step === "entities" ? "events" : undefined;
  if (first === undefined || last === undefined)
    return { seen: 0, sealed: 0, failed: 0, step: next, after: undefined };
  const piiFields = await findPiiFields(tx, operatorId);
  const stale = await lockStaleRows(tx, operatorId, step, { first, last }, { piiFields, masterKeyId });
  const resealed = stale.map((row) => resealRow(operatorKeys, masterKeyId, step, row));
  if (resealed.length > 0) await updateRows(tx, operatorId, step, resealed);
  const failed = resealed.filter((row) => row.failed).length;
  const ended = keys.length < batchRowsMax;
  return {
    seen: keys.length,
    sealed: resealed.length - failed,
    failed,
    step: ended ? next : step,
    after: ended ? undefined : last,
  };
}
