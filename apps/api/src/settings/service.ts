import type { components } from "@onehazel/spec";
import { audit } from "../audit/service.js";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { Fault } from "../http/errors.js";
import { takeTemplate } from "../templates/own.js";
import { findSettings, type SettingsChange, upsertSettings } from "./repository.js";

type Settings = components["schemas"]["Settings"];
type SettingsUpdate = components["schemas"]["SettingsUpdate"];

/** The operator's settings; what was never set is null. */
export async function getSettings({
  tx,
  credential,
}: TransactionContext<OperatorCredential>): Promise<Settings> {
  const row = await findSettings(tx, credential.operatorId);
  const template =
    row?.template_id == null || row.template_name === null || row.template_version === null
      ? null
      : { id: row.template_id, name: row.template_name, version: row.template_version };
  return {
    template,
    dataRetentionDays: row?.data_retention_days ?? null,
    retentionPolicy: row?.retention_policy ?? null,
  };
}

/** Changes what is given and leaves the rest. Throws `TEMPLATE_NOT_FOUND`. */
export async function updateSettings(
  context: TransactionContext<OperatorCredential>,
  update: SettingsUpdate,
): Promise<Settings> {
  const { tx, credential } = context;
  if (update.templateId !== undefined) await takeTemplate(tx, credential.operatorId, update.templateId);
  const change: SettingsChange = {
    ...(update.templateId === undefined ? {} : { template_id: update.templateId }),
    ...(update.dataRetentionDays === undefined ? {} : { data_retention_days: update.dataRetentionDays }),
    ...(update.retentionPolicy === undefined ? {} : { retention_policy: update.retentionPolicy }),
  };
  await upsertSettings(tx, credential.operatorId, change);
  await audit(context, { action: "settings.update", targetId: credential.operatorId });
  return getSettings(context);
}

/** What no schema can say: an archive that ends before it begins. */
export function retentionFaults(body: unknown): Fault[] {
  const policy = (body as Partial<SettingsUpdate> | null)?.retentionPolicy;
  const kinds = Object.entries(typeof policy === "object" && policy !== null ? policy : {});
  return kinds
    .filter(([, bounds]) => bounds?.archive_days < bounds?.hot_days)
    .map(([kind]) => ({
      field: `retentionPolicy.${kind}.archive_days`,
      message: "must not be less than hot_days",
    }));
}
