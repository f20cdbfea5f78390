import type { TenantTransaction } from "@onehazel/db";
import { enqueueJob } from "../worker/service.js";
import { hasOpenRequest, upsertResealRequest } from "./repository.js";

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
