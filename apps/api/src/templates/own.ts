import { isId, mintId } from "@onehazel/crypto";
import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { audit } from "../audit/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError, validationFailed } from "../http/errors.js";
import { requestReseal } from "../reseal/service.js";
import {
  countOwnTemplates,
  deleteTemplate,
  findBuiltinTemplate,
  findChosenId,
  findOwnTemplate,
  insertTemplate,
  listBuiltinTemplates,
  listOwnTemplates,
  lockCreation,
  lockTemplate,
  type TemplateRow,
  type TemplateSchema,
  updateTemplate,
} from "./repository.js";

type Call = TransactionContext<OperatorCredential>;
type Template = components["schemas"]["Template"];
type TemplateWrite = components["schemas"]["TemplateWrite"];

const ownTemplatesMax = 20;
/** Longer ones need not be looked up. */
const idCharactersMax = 64;

/** What an operator can choose from: the built-in ones, then its own, newest first. */
export async function findTemplates({ tx, credential }: Call): Promise<Template[]> {
  const builtin = await listBuiltinTemplates(tx);
  const own = await listOwnTemplates(tx, credential.operatorId);
  return [...builtin, ...own].map(present);
}

/** Throws `TEMPLATE_NOT_FOUND`, or `FORBIDDEN` for a built-in one, which stands in the list. */
export async function getTemplate({ tx, credential }: Call, id: string): Promise<Template> {
  return present(await requireOwnTemplate(tx, credential.operatorId, id));
}

/** Version 1. Throws `VALIDATION_FAILED` when the operator has 20 already. */
export async function createTemplate(context: Call, write: TemplateWrite): Promise<Template> {
  const { tx, credential } = context;
  const { operatorId } = credential;
  await lockCreation(tx, operatorId);
  if ((await countOwnTemplates(tx, operatorId)) >= ownTemplatesMax) {
    throw validationFailed([
      {
        field: "body",
        message: `is one template too many: ${ownTemplatesMax} is the most; delete one first`,
      },
    ]);
  }
  const row = await insertTemplate(tx, operatorId, mintId("tpl"), write);
  await audit(context, { action: "template.create", targetId: row.id });
  return present(row);
}

/**
 * The next version, which binds at once: a write that was prepared under the version before is prepared again. Throws
 * `TEMPLATE_NOT_FOUND`, or `FORBIDDEN` for a built-in one.
 */
export async function changeTemplate(context: Call, id: string, write: TemplateWrite): Promise<Template> {
  const { tx, credential } = context;
  const { operatorId } = credential;
  await lockTemplate(tx, operatorId);
  const before = await requireOwnTemplate(tx, operatorId, id);
  const row = await updateTemplate(tx, operatorId, id, write);
  if (row === undefined) throw templateNotFound();
  if ((await findChosenId(tx, operatorId)) === id && growsPii(before.schema, row.schema)) {
    await requestReseal(tx, operatorId);
  }
  await audit(context, { action: "template.update", targetId: id });
  return present(row);
}

/** Throws `TEMPLATE_NOT_FOUND`, `FORBIDDEN` for a built-in one, or `TEMPLATE_IN_USE`. */
export async function removeTemplate(context: Call, id: string): Promise<void> {
  const { tx, credential } = context;
  const { operatorId } = credential;
  // A change of settings takes this lock too, so nobody chooses the template while it goes.
  await lockTemplate(tx, operatorId);
  await requireOwnTemplate(tx, operatorId, id);
  if ((await findChosenId(tx, operatorId)) === id) {
    throw new ApiError("TEMPLATE_IN_USE", "Your settings name this template; choose another one first");
  }
  await deleteTemplate(tx, operatorId, id);
  await audit(context, { action: "template.delete", targetId: id });
}

/**
 * Goes before the settings name another template: writes prepared under the present one are refused from here on, and what
 * is stored is sealed anew where the other names more PII. Throws `TEMPLATE_NOT_FOUND`.
 */
export async function takeTemplate(tx: TenantTransaction, operatorId: string, id: string): Promise<void> {
  await lockTemplate(tx, operatorId);
  const next = await findTemplate(tx, operatorId, id);
  if (next === undefined) throw templateNotFound();
  const presentId = await findChosenId(tx, operatorId);
  const before = presentId === undefined ? undefined : await findTemplate(tx, operatorId, presentId);
  // Without a template nothing was ever stored.
  if (before !== undefined && growsPii(before.schema, next.schema)) await requestReseal(tx, operatorId);
}

async function findTemplate(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<TemplateRow | undefined> {
  if (isId("tpl", id)) return findOwnTemplate(tx, operatorId, id);
  return id.length > idCharactersMax ? undefined : findBuiltinTemplate(tx, id);
}

async function requireOwnTemplate(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<TemplateRow> {
  const row = await findTemplate(tx, operatorId, id);
  if (row === undefined) throw templateNotFound();
  if (!isId("tpl", id)) {
    throw new ApiError(
      "FORBIDDEN",
      "A built-in template cannot be changed or deleted. Create your own with POST /operator-data-api/templates",
    );
  }
  return row;
}

/** Whether records that were stored under one list of PII fields may hold in clear what another one names. */
function growsPii({ pii_fields: before }: TemplateSchema, { pii_fields: after }: TemplateSchema): boolean {
  return Object.entries(after).some(([type, fields]) => {
    const known = new Set(Object.hasOwn(before, type) ? before[type] : []);
    return fields.some((field) => !known.has(field));
  });
}

/** The same for one that isn't there and for another operator's. */
function templateNotFound(): ApiError {
  return new ApiError("TEMPLATE_NOT_FOUND", "No such template. GET /operator-data-api/templates lists yours");
}

function present({ id, name, version, schema, created_at }: TemplateRow): Template {
  return { id, name, version, schema, created_at: created_at.toISOString() };
}
