import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential, PlatformCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { listOperatorAudit, listPlatformAudit } from "./service.js";

export async function listOfOperator(
  context: TransactionContext<OperatorCredential>,
  { query }: InputOf<"listOperatorAudit">,
): Promise<ReplyOf<"listOperatorAudit">> {
  return { status: 200, body: await listOperatorAudit(context, query) };
}

export async function listOfPlatform(
  context: TransactionContext<PlatformCredential>,
  { query }: InputOf<"listPlatformAudit">,
): Promise<ReplyOf<"listPlatformAudit">> {
  return { status: 200, body: await listPlatformAudit(context, query) };
}
