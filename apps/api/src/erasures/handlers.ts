import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { erase as eraseEntity, getErasure } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

export async function erase(
  context: Call,
  { params }: InputOf<"eraseEntity">,
): Promise<ReplyOf<"eraseEntity">> {
  const data = await eraseEntity(context, params.externalId);
  return { status: 200, body: { success: true, message: "Entity deleted and data anonymized", data } };
}

export async function get(context: Call, { params }: InputOf<"getErasure">): Promise<ReplyOf<"getErasure">> {
  return { status: 200, body: { success: true, data: await getErasure(context, params.id) } };
}
