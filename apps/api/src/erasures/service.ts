import { isId, mintId } from "@onehazel/crypto";
import type { components } from "@onehazel/spec";
import { entityNotFound } from "../entities/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import { eraseEntityRow, findErasure, insertErasure, lockEntity, purgeReplies } from "./repository.js";

type Erasure = components["schemas"]["Erasure"];

/** Erases one entity with everything about it, in the caller's transaction. Throws `ENTITY_NOT_FOUND`. */
export async function erase(
  { tx, credential, keys }: TransactionContext<OperatorCredential>,
  externalId: string,
): Promise<{ erasureId: string; status: "completed" }> {
  const { operatorId } = credential;
  const entityId = await lockEntity(tx, operatorId, externalId);
  if (entityId === undefined) throw entityNotFound();
  const masterKeyId = keys.keyring.current.id;
  const hash = keys.operator(credential).hmac("erased-external-id", masterKeyId, [externalId]);
  await eraseEntityRow(tx, operatorId, entityId, hash);
  const repliesPurged = await purgeReplies(tx, operatorId, externalId);
  const erasureId = mintId("ers");
  await insertErasure(tx, { operatorId, id: erasureId, entityId, repliesPurged });
  return { erasureId, status: "completed" };
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
