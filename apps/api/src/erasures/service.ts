import { isId, mintId } from "@onehazel/crypto";
import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { audit } from "../audit/service.js";
import { forgetInBatches } from "../batch/service.js";
import { entityNotFound } from "../entities/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import { erasures } from "../telemetry/metrics.js";
import { enqueueJob } from "../worker/service.js";
import {
  deleteStates,
  eraseEntityRow,
  findErasure,
  hasMoreEvents,
  insertErasure,
  listRunningErasures,
  lockEntity,
  purgeReplies,
  redactEvents,
} from "./repository.js";

type Erasure = components["schemas"]["Erasure"];

/** More events than this are redacted in the background. */
const eventsAtOnceMax = 10_000;

/**
 * Erases one entity with everything about it, in the caller's transaction: from then on nobody can read it. Only the events of one
 * that has very many are redacted afterwards, by a job; the receipt says so. Throws `ENTITY_NOT_FOUND`.
 */
export async function erase(
  context: TransactionContext<OperatorCredential>,
  externalId: string,
): Promise<{ erasureId: string; status: Erasure["status"] }> {
  const { tx, credential, keys } = context;
  const { operatorId } = credential;
  const entityId = await lockEntity(tx, operatorId, externalId);
  if (entityId === undefined) throw entityNotFound();
  const masterKeyId = keys.keyring.current.id;
  const hash = keys.operator(credential).hmac("erased-external-id", masterKeyId, [externalId]);
  await eraseEntityRow(tx, operatorId, entityId, hash);
  const repliesPurged = await purgeReplies(tx, operatorId, externalId);
  await forgetInBatches(tx, operatorId, externalId);
  const statesRemoved = await deleteStates(tx, operatorId, entityId);
  const background = await hasMoreEvents(tx, operatorId, entityId, eventsAtOnceMax);
  const { redacted } = background
    ? { redacted: 0 }
    : await redactEvents(tx, entityId, undefined, eventsAtOnceMax + 1);
  const status = background ? "running" : "completed";
  const erasureId = mintId("ers");
  await insertErasure(tx, {
    operatorId,
    id: erasureId,
    entityId,
    status,
    eventsRedacted: redacted,
    statesRemoved,
    repliesPurged,
  });
  if (background) await enqueueJob(tx, "erase-events", entityId);
  await audit(context, { action: "entity.erase", targetId: entityId });
  erasures.inc({ status });
  return { erasureId, status };
}

/** Lets jobs of erasures that have not ended begin anew, should one have been given up. */
export async function requeueErasures(tx: TenantTransaction, operatorId: string): Promise<void> {
  for (const entityId of await listRunningErasures(tx, operatorId)) {
    await enqueueJob(tx, "erase-events", entityId);
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
