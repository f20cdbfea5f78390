import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";

export type TemplateSchema = components["schemas"]["TemplateSchema"];

export interface TemplateRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly schema: TemplateSchema;
  readonly created_at: Date;
}

const ownColumns = "id, name, version::text as version, schema, created_at";

export async function listBuiltinTemplates(tx: TenantTransaction): Promise<TemplateRow[]> {
  return tx("builtin_templates").select("id", "name", "version", "schema", "created_at").orderBy("id");
}

/** Newest first. */
export async function listOwnTemplates(tx: TenantTransaction, operatorId: string): Promise<TemplateRow[]> {
  const { rows } = await tx.raw(
    `select ${ownColumns} from templates where operator_id = ? order by created_at desc, id desc`,
    [operatorId],
  );
  return rows;
}

export async function findBuiltinTemplate(
  tx: TenantTransaction,
  id: string,
): Promise<TemplateRow | undefined> {
  return tx("builtin_templates").where({ id }).first("id", "name", "version", "schema", "created_at");
}

export async function findOwnTemplate(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<TemplateRow | undefined> {
  const { rows } = await tx.raw(`select ${ownColumns} from templates where operator_id = ? and id = ?`, [
    operatorId,
    id,
  ]);
  return rows[0];
}

/** The id that the operator's settings name. */
export async function findChosenId(tx: TenantTransaction, operatorId: string): Promise<string | undefined> {
  const row = await tx("settings").where({ operator_id: operatorId }).first("template_id");
  return row?.template_id ?? undefined;
}

/** Makes creations of one operator wait for each other: they count, and a count must hold until the commit. */
export async function lockCreation(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended('templates:' || ?::text, 0))", [operatorId]);
}

/** Waits for writes that were prepared under the present template, and lets none begin until this transaction ends. */
export async function lockTemplate(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended('template:' || ?::text, 0))", [operatorId]);
}

export async function countOwnTemplates(tx: TenantTransaction, operatorId: string): Promise<number> {
  const { rows } = await tx.raw("select count(*)::int as count from templates where operator_id = ?", [
    operatorId,
  ]);
  return rows[0].count;
}

/** What the operator decides about a template. */
export interface TemplateWrite {
  readonly name: string;
  readonly schema: TemplateSchema;
}

export async function insertTemplate(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  { name, schema }: TemplateWrite,
): Promise<TemplateRow> {
  const { rows } = await tx.raw(
    `insert into templates (operator_id, id, name, schema) values (?, ?, ?, ?::jsonb) returning ${ownColumns}`,
    [operatorId, id, name, JSON.stringify(schema)],
  );
  return rows[0];
}

/** Replaces it whole, as the next version. Undefined when there is no such template. */
export async function updateTemplate(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  { name, schema }: TemplateWrite,
): Promise<TemplateRow | undefined> {
  const { rows } = await tx.raw(
    `update templates
     set name = ?, schema = ?::jsonb, version = version + 1, updated_at = now()
     where operator_id = ? and id = ?
     returning ${ownColumns}`,
    [name, JSON.stringify(schema), operatorId, id],
  );
  return rows[0];
}

/** Returns how many rows that was: 0 or 1. */
export async function deleteTemplate(tx: TenantTransaction, operatorId: string, id: string): Promise<number> {
  return tx("templates").where({ operator_id: operatorId, id }).delete();
}
