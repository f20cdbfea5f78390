import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { exportEntity } from "./service.js";

export async function stream(
  context: Context<OperatorCredential>,
  { params }: InputOf<"exportEntity">,
): Promise<ReplyOf<"exportEntity">> {
  return { status: 200, lines: await exportEntity(context, params.externalId) };
}
