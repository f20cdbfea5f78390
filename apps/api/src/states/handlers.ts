import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf, TextReply } from "../http/operation.js";
import { getEntityState, listEntityStates, setState } from "./service.js";

export { setFaults as templateFaults } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

export function set(
  context: Context<OperatorCredential>,
  { params, body }: InputOf<"setState">,
): Promise<ReplyOf<"setState"> | TextReply> {
  return setState(context, { externalId: params.externalId, stateKey: params.key }, body);
}

export async function list(
  context: Call,
  { params, query }: InputOf<"listStates">,
): Promise<ReplyOf<"listStates">> {
  return { status: 200, body: await listEntityStates(context, params.externalId, query) };
}

export async function get(context: Call, { params }: InputOf<"getState">): Promise<ReplyOf<"getState">> {
  return {
    status: 200,
    body: { success: true, data: await getEntityState(context, params.externalId, params.key) },
  };
}
