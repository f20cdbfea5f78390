import { isId, mintId } from "@onehazel/crypto";
import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { audit } from "../audit/service.js";
import { entityNotFound } from "../entities/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import { erasures } from "../telemetry/metrics.js";
import { enqueueJob } from "../worker/service.js";
import { hashExternalId } from "./external-id-hash.js";
import {
  eraseAtOnce,
  eraseEntityRow,
  findErasure,
  insertErasure,
  listRunningErasures,
  lockEntity,
} from "./repository.js";

export { listExternalIdHashes } from "./external-id-hash.js";

type Erasure = components["schemas"]["Erasure"];

/** How many rows the request itself redacts. The worker does the rest. */
const rowsAtOnceMax = 10_000;

/**
 * Erases one entity in the caller's transaction. After the commit, no request can read the entity. The transaction redacts a bounded
 * number of rows; a job redacts the rest, and the receipt shows its progress. Throws `ENTITY_NOT_FOUND`.
 */
export async function erase(
  context: TransactionContext<OperatorCredential>,
  externalId: string,
): Promise<{ erasureId: string; status: Erasure["status"] }> {
  const { tx, credential, keys } = context;
  const { operatorId } = credential;
  const entityId = await lockEntity(tx, operatorId, externalId);
  if (entityId === undefined) throw entityNotFound();
  const hash = hashExternalId(keys, credential, keys.keyring.current.id, externalId);
  await eraseEntityRow(tx, operatorId, entityId, hash);
  const erasureId = mintId("ers");
  await insertErasure(tx, { operatorId, id: erasureId, entityId, externalId });
  const isWhole = await eraseAtOnce(tx, entityId, rowsAtOnceMax);
  if (!isWhole) await enqueueJob(tx, "erase", entityId);
  await audit(context, { action: "entity.erase", targetId: entityId });
  const status = isWhole ? "completed" : "running";
  erasures.inc({ status });
  return { erasureId, status };
}

/** Lets jobs of erasures that have not ended begin anew, should one have been given up. */
export async function requeueErasures(tx: TenantTransaction, operatorId: string): Promise<void> {
  for (const entityId of await listRunningErasures(tx, operatorId)) {
    await enqueueJob(tx, "erase", entityId);
  }
}

/** The receipt. Throws `ERASURE_NOT_FOUND`. */
export async function getErasure(
  { tx, credential }: TransactionContext<OperatorCredential>,
  id: string,
): Promise<Erasure> {
  const row = isId("ers", id) ? await findErasure(tx, credential.operatorId, id) : undefined;
  if (row === undefined) throw new ApiError("ERASURE_NOT_FOUND", "No such erasure");
  return {
    id: row.id,
    entityId: row.entity_id,
    status: row.status,
    eventsRedacted: Number(row.events_redacted),
    statesRemoved: Number(row.states_removed),
    repliesPurged: Number(row.replies_purged),
    requestedAt: row.requested_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
  };
}
