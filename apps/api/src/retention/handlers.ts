import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { listRetentionRuns } from "./service.js";

export async function list(
  context: TransactionContext<OperatorCredential>,
  { query }: InputOf<"listRetentionRuns">,
): Promise<ReplyOf<"listRetentionRuns">> {
  return { status: 200, body: await listRetentionRuns(context, query) };
}
