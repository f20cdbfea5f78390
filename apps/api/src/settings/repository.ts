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
    `select s.template_id,
       coalesce(b.name, t.name) as template_name,
       coalesce(b.version, t.version::text) as template_version,
       s.data_retention_days, s.retention_policy
     from settings s
     left join builtin_templates b on b.id = s.template_id
     left join templates t on t.operator_id = s.operator_id and t.id = s.template_id
     where s.operator_id = ?`,
    [operatorId],
  );
  return rows[0];
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
