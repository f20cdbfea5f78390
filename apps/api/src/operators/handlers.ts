import {
  createKey,
  creatorOf,
  deleteOperatorKey,
  listOperatorKeys,
  revokeOperatorKey,
} from "../api-keys/service.js";
import { audit } from "../audit/service.js";
import type { TransactionContext } from "../http/context.js";
import type { PlatformCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import {
  changeOperator,
  createOperator,
  findOperators,
  getOperator,
  operatorNotFound,
  takeOperator,
} from "./service.js";

export { configurationFaults } from "./service.js";

type Call = TransactionContext<PlatformCredential>;

export async function create(
  context: Call,
  { body }: InputOf<"createOperator">,
): Promise<ReplyOf<"createOperator">> {
  return { status: 201, body: { success: true, data: await createOperator(context, body) } };
}

export async function list(
  context: Call,
  { query }: InputOf<"listOperators">,
): Promise<ReplyOf<"listOperators">> {
  return { status: 200, body: await findOperators(context, query) };
}

export async function get(
  context: Call,
  { params }: InputOf<"getOperator">,
): Promise<ReplyOf<"getOperator">> {
  return { status: 200, body: { success: true, data: await getOperator(context, params.id) } };
}

export async function update(
  context: Call,
  { params, body }: InputOf<"updateOperator">,
): Promise<ReplyOf<"updateOperator">> {
  return { status: 200, body: { success: true, data: await changeOperator(context, params.id, body) } };
}

export async function suspend(
  context: Call,
  { params }: InputOf<"suspendOperator">,
): Promise<ReplyOf<"suspendOperator">> {
  const data = await changeOperator(context, params.id, { status: "suspended" });
  return { status: 200, body: { success: true, data } };
}

export async function createOperatorKey(
  context: Call,
  { params, body }: InputOf<"createOperatorApiKey">,
): Promise<ReplyOf<"createOperatorApiKey">> {
  await requireOperator(context, params.id);
  const data = await createKey(context.tx, {
    operatorId: params.id,
    operatorField: "id",
    label: body.label,
    expiresAt: body.expiresAt,
    access: body.access,
    createdBy: creatorOf(context.credential),
  });
  await audit(context, { action: "key.create", targetId: data.id, operatorId: params.id });
  return { status: 201, body: { success: true, data } };
}

export async function listKeys(
  context: Call,
  { params }: InputOf<"listOperatorApiKeys">,
): Promise<ReplyOf<"listOperatorApiKeys">> {
  await requireOperator(context, params.id);
  const data = await listOperatorKeys(context.tx, params.id, { masked: true });
  return { status: 200, body: { success: true, data } };
}

export async function revokeOrDeleteKey(
  context: Call,
  { params, query }: InputOf<"revokeOperatorApiKey">,
): Promise<ReplyOf<"revokeOperatorApiKey">> {
  const { id: operatorId, keyId } = params;
  await requireOperator(context, operatorId);
  if (query.hard === true) {
    await deleteOperatorKey(context.tx, operatorId, keyId);
    await audit(context, { action: "key.delete", targetId: keyId, operatorId });
    return { status: 200, body: { success: true, message: "Key deleted" } };
  }
  await revokeOperatorKey(context.tx, operatorId, keyId, { guard: false });
  await audit(context, { action: "key.revoke", targetId: keyId, operatorId });
  return { status: 200, body: { success: true, message: "Key revoked" } };
}

async function requireOperator({ tx, credential }: Call, id: string): Promise<void> {
  if (!(await takeOperator(tx, credential.platformId, id))) throw operatorNotFound();
}
