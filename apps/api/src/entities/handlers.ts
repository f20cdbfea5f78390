import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf, TextReply } from "../http/operation.js";
import { getEntity, listEntities, upsert as upsertEntity } from "./service.js";

export { upsertFaults as templateFaults } from "./service.js";

export function upsert(
  context: Context<OperatorCredential>,
  { body }: InputOf<"upsertEntity">,
): Promise<ReplyOf<"upsertEntity"> | TextReply> {
  return upsertEntity(context, body);
}

export async function list(
  context: TransactionContext<OperatorCredential>,
  { query }: InputOf<"listEntities">,
): Promise<ReplyOf<"listEntities">> {
  return { status: 200, body: await listEntities(context, query) };
}

export async function get(
  context: Context<OperatorCredential>,
  { params }: InputOf<"getEntity">,
): Promise<ReplyOf<"getEntity">> {
  return { status: 200, body: { success: true, data: await getEntity(context, params.externalId) } };
}
