import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";

export type RetentionPolicy = components["schemas"]["RetentionPolicy"];

export interface SettingsRow {
  readonly template_id: string | null;
  readonly template_name: string | null;
  readonly template_version: string | null;
  readonly data_retention_days: number | null;
  readonly retention_policy: RetentionPolicy;
}

export interface SettingsChange {
  readonly template_id?: string;
  readonly data_retention_days?: number | null;
  readonly retention_policy?: RetentionPolicy;
}

export async function findSettings(
  tx: TenantTransaction,
  operatorId: string,
): Promise<SettingsRow | undefined> {
  const { rows } = await tx.raw(
    `select s.template_id, t.name as template_name, t.version as template_version,
       s.data_retention_days, s.retention_policy
     from settings s
     left join builtin_templates t on t.id = s.template_id
     where s.operator_id = ?`,
    [operatorId],
  );
  return rows[0];
}

export async function findTemplateId(tx: TenantTransaction, templateId: string): Promise<string | undefined> {
  const row = await tx("builtin_templates").where({ id: templateId }).first("id");
  return row?.id;
}

/** Waits for writes that were prepared under the present template, and lets none begin until this transaction ends. */
export async function lockTemplate(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended('template:' || ?::text, 0))", [operatorId]);
}

export async function upsertSettings(
  tx: TenantTransaction,
  operatorId: string,
  change: SettingsChange,
): Promise<void> {
  const policy = change.retention_policy;
  const columns = {
    ...change,
    ...(policy === undefined ? {} : { retention_policy: policy === null ? null : JSON.stringify(policy) }),
    updated_at: tx.fn.now(),
  };
  await tx("settings")
    .insert({ operator_id: operatorId, ...columns })
    .onConflict("operator_id")
    .merge(columns);
}
