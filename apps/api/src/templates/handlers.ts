import type { OperatorCredential, TransactionContext } from "../http/context.js";
import type { ReplyOf } from "../http/operation.js";
import { listTemplates } from "./repository.js";

export async function list({ tx }: TransactionContext<OperatorCredential>): Promise<ReplyOf<"listTemplates">> {
  const rows = await listTemplates(tx);
  const data = rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
  return { status: 200, body: { success: true, data } };
}
