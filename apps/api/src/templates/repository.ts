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

export async function listTemplates(tx: TenantTransaction): Promise<TemplateRow[]> {
  return tx("builtin_templates").select("id", "name", "version", "schema", "created_at").orderBy("id");
}
