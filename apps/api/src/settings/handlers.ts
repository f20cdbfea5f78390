import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { getSettings, updateSettings } from "./service.js";

export { retentionFaults } from "./service.js";

type Call = TransactionContext<OperatorCredential>;

export async function get(context: Call): Promise<ReplyOf<"getSettings">> {
  return { status: 200, body: { success: true, data: await getSettings(context) } };
}

export async function update(
  context: Call,
  { body }: InputOf<"updateSettings">,
): Promise<ReplyOf<"updateSettings">> {
  return { status: 200, body: { success: true, data: await updateSettings(context, body) } };
}
