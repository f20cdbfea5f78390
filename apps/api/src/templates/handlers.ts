import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { ReplyOf } from "../http/operation.js";
import { findTemplates } from "./service.js";

export async function list(
  context: TransactionContext<OperatorCredential>,
): Promise<ReplyOf<"listTemplates">> {
  return { status: 200, body: { success: true, data: await findTemplates(context) } };
}
