import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { takeOperator } from "../operators/service.js";
import {
  createKey,
  deleteOperatorKey,
  listOperatorKeys,
  renameOperatorKey,
  revokeOperatorKey,
} from "./service.js";

export { expiryFaults } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

/** The caller's own operator, or one of the calling platform's; any other is refused, whether it exists or not. */
export async function create(
  { tx, credential }: TransactionContext,
  { body }: InputOf<"createApiKey">,
): Promise<ReplyOf<"createApiKey">> {
  const mine =
    credential.kind === "operatorKey"
      ? body.operatorId === credential.operatorId
      : await takeOperator(tx, credential.platformId, body.operatorId);
  if (!mine) throw new ApiError("FORBIDDEN", "This credential cannot create keys for that operator");
  const data = await createKey(tx, {
    operatorId: body.operatorId,
    label: body.label,
    expiresAt: body.expiresAt,
    access: body.access,
    createdBy: credential.kind === "operatorKey" ? "operator" : "platform",
  });
  return { status: 201, body: { success: true, data } };
}

export async function list({ tx, credential }: Call): Promise<ReplyOf<"listApiKeys">> {
  const data = await listOperatorKeys(tx, credential.operatorId, { masked: false });
  return { status: 200, body: { success: true, data } };
}

export async function rename(
  { tx, credential }: Call,
  { body }: InputOf<"renameApiKey">,
): Promise<ReplyOf<"renameApiKey">> {
  await renameOperatorKey(tx, credential.operatorId, body.id, body.label);
  return { status: 200, body: { success: true, message: "Key renamed" } };
}

export async function revokeOrDelete(
  { tx, credential }: Call,
  { query }: InputOf<"deleteApiKey">,
): Promise<ReplyOf<"deleteApiKey">> {
  if (query.hard !== true) {
    await revokeOperatorKey(tx, credential.operatorId, query.id, { guard: true });
    return { status: 200, body: { success: true, message: "Key revoked" } };
  }
  await deleteOperatorKey(tx, credential.operatorId, query.id);
  return { status: 200, body: { success: true, message: "Key deleted" } };
}
