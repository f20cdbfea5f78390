import { inTenant, type TenantTransaction } from "@onehazel/db";
import { enqueueJob } from "../worker/service.js";
import { hasOpenRequest, isUnderWay, upsertResealRequest } from "./repository.js";
import { type WalkBatch, type WalkContext, walkBatch } from "./walk.js";

/**
 * Asks for an operator's stored records to be sealed as its template demands from now on: call it in the transaction that
 * lets the list of PII fields grow, so that both happen or neither. Asking again while a request waits is one request.
 */
export async function requestReseal(tx: TenantTransaction, operatorId: string): Promise<void> {
  await upsertResealRequest(tx, operatorId);
  await enqueueJob(tx, "reseal");
}

/** Lets the job of a request that has not ended begin anew, should it have been given up. */
export async function requeueReseal(tx: TenantTransaction, operatorId: string): Promise<void> {
  if (await hasOpenRequest(tx, operatorId)) await enqueueJob(tx, "reseal");
}

/**
 * Seals one operator's stored records anew, here and now, as the `reseal` job would; goes on with a walk to the same master key that
 * was broken off. `onBatch` hears of each transaction how many rows it has sealed, and which fields it could not read.
 */
export async function resealNow(
  context: WalkContext,
  operatorId: string,
  signal: AbortSignal,
  onBatch: (batch: WalkBatch) => void,
): Promise<void> {
  const { db, keys } = context;
  const { id: masterKeyId } = keys.keyring.current;
  await inTenant(db, { operatorId }, async (tx) => {
    if (!(await isUnderWay(tx, operatorId, masterKeyId))) await upsertResealRequest(tx, operatorId);
  });
  for (;;) {
    signal.throwIfAborted();
    const batch = await walkBatch(context, operatorId);
    onBatch(batch);
    if (batch.ended) return;
  }
}
