import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf, ReplyOf } from "../http/operation.js";
import { changeTemplate, createTemplate, findTemplates, getTemplate, removeTemplate } from "./own.js";

export { templateFaults } from "./faults.js";

type Call = TransactionContext<OperatorCredential>;

export async function list(context: Call): Promise<ReplyOf<"listTemplates">> {
  return { status: 200, body: { success: true, data: await findTemplates(context) } };
}

export async function create(
  context: Call,
  { body }: InputOf<"createTemplate">,
): Promise<ReplyOf<"createTemplate">> {
  return { status: 201, body: { success: true, data: await createTemplate(context, body) } };
}

export async function get(
  context: Call,
  { params }: InputOf<"getTemplate">,
): Promise<ReplyOf<"getTemplate">> {
  return { status: 200, body: { success: true, data: await getTemplate(context, params.id) } };
}

export async function update(
  context: Call,
  { params, body }: InputOf<"updateTemplate">,
): Promise<ReplyOf<"updateTemplate">> {
  return { status: 200, body: { success: true, data: await changeTemplate(context, params.id, body) } };
}

export async function remove(
  context: Call,
  { params }: InputOf<"deleteTemplate">,
): Promise<ReplyOf<"deleteTemplate">> {
  await removeTemplate(context, params.id);
  return { status: 200, body: { success: true, message: "Template deleted" } };
}
