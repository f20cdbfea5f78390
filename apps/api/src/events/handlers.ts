import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf, TextReply } from "../http/operation.js";
import { getEvent, listEntityEvents, record as recordEvent } from "./service.js";

export { recordFaults as templateFaults } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

export function record(
  context: Context<OperatorCredential>,
  { params, body }: InputOf<"recordEvent">,
): Promise<ReplyOf<"recordEvent"> | TextReply> {
  return recordEvent(context, params.externalId, body);
}

export async function list(
  context: Call,
  { params, query }: InputOf<"listEvents">,
): Promise<ReplyOf<"listEvents">> {
  return { status: 200, body: await listEntityEvents(context, params.externalId, query) };
}

export async function get(context: Call, { params }: InputOf<"getEvent">): Promise<ReplyOf<"getEvent">> {
  return {
    status: 200,
    body: { success: true, data: await getEvent(context, params.externalId, params.eventId) },
  };
}
