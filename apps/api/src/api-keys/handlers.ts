import { audit } from "../audit/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { asUnavailable } from "../http/dispatch.js";
import { ApiError } from "../http/errors.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { takeOperator } from "../operators/service.js";
import {
  createKey,
  creatorOf,
  deleteOperatorKey,
  listOperatorKeys,
  renameOperatorKey,
  revokeOperatorKey,
} from "./service.js";

export { expiryFaults } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

/** The caller's own operator, or one of the calling platform's; any other is refused, whether it exists or not. */
export async function create(
  context: TransactionContext,
  { body }: InputOf<"createApiKey">,
): Promise<ReplyOf<"createApiKey">> {
  const { tx, credential } = context;
  const mine =
    credential.reach === "operator"
      ? body.operatorId === credential.operatorId
      : await takeOperator(tx, credential.platformId, body.operatorId);
  if (!mine) throw new ApiError("FORBIDDEN", "This credential cannot create keys for that operator");
  const data = await createKey(tx, {
    operatorId: body.operatorId,
    operatorField: "operatorId",
    label: body.label,
    expiresAt: body.expiresAt,
    access: body.access,
    createdBy: creatorOf(credential),
  });
  await audit(context, { action: "key.create", targetId: data.id, operatorId: body.operatorId });
  return { status: 201, body: { success: true, data } };
}

export async function list({ tx, credential }: Call): Promise<ReplyOf<"listApiKeys">> {
  const data = await listOperatorKeys(tx, credential.operatorId, { masked: false });
  return { status: 200, body: { success: true, data } };
}

export async function rename(
  context: Call,
  { body }: InputOf<"renameApiKey">,
): Promise<ReplyOf<"renameApiKey">> {
  const { tx, credential } = context;
  await renameOperatorKey(tx, credential.operatorId, body.id, body.label);
  await audit(context, { action: "key.rename", targetId: body.id });
  return { status: 200, body: { success: true, message: "Key renamed" } };
}

export async function revokeOrDelete(
  context: Call,
  { query }: InputOf<"deleteApiKey">,
): Promise<ReplyOf<"deleteApiKey">> {
  const { tx, credential } = context;
  if (query.hard !== true) {
    await revokeOperatorKey(tx, credential.operatorId, query.id, { guard: true });
    await audit(context, { action: "key.revoke", targetId: query.id });
    return { status: 200, body: { success: true, message: "Key revoked" } };
  }
  await deleteKey(tx, credential.operatorId, query.id);
  await audit(context, { action: "key.delete", targetId: query.id });
  return { status: 200, body: { success: true, message: "Key deleted" } };
}

/** One operation with two sentences for its failure: the spec has the one of revoking. */
async function deleteKey(...key: Parameters<typeof deleteOperatorKey>): Promise<void> {
  try {
    await deleteOperatorKey(...key);
  } catch (error) {
    if (error instanceof ApiError || asUnavailable(error) !== error) throw error;
    throw new ApiError("INTERNAL_ERROR", "Failed to delete key", { cause: error });
  }
}
