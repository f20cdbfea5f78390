import type { Sweep } from "./repository.js";

/** Events that occurred before `:bound`. */
export const oldEvents: Sweep = {
  table: "events",
  tenantColumn: "operator_id",
  key: [
    ["occurred_at", "timestamptz"],
    ["id", "text"],
  ],
  within: "occurred_at < cast(:bound as timestamptz)",
  doomed: "true",
};

/** States that were last set before `:bound`. No index goes by that: it would cost every change of a state more than this walk. */
export const oldStates: Sweep = {
  table: "states",
  tenantColumn: "operator_id",
  key: [
    ["entity_id", "text"],
    ["state_key", "text"],
  ],
  doomed: "updated_at < cast(:bound as timestamptz)",
};

/** Remembered replies whose time is over. They last a day, so about every other row of this walk goes. */
export const expiredKeys: Sweep = {
  table: "idempotency_keys",
  tenantColumn: "operator_id",
  key: [["key_hash", "bytea"]],
  doomed: "expires_at <= now()",
};

export const expiredPlatformKeys: Sweep = {
  ...expiredKeys,
  table: "platform_idempotency_keys",
  tenantColumn: "platform_id",
};

export const oldBatchJobs: Sweep = {
  table: "batch_jobs",
  tenantColumn: "operator_id",
  key: [
    ["created_at", "timestamptz"],
    ["id", "text"],
  ],
  within: "created_at < now() - interval '30 days'",
  doomed: "true",
};

/** Who read personal data in clear is kept for 400 days; the rest of the audit log for ever. */
export const oldAccessRecords: Sweep = {
  table: "audit_log",
  tenantColumn: "operator_id",
  key: [
    ["at", "timestamptz"],
    ["id", "uuid"],
  ],
  within: "at < now() - interval '400 days'",
  doomed: "action in ('entity.read', 'event.read')",
};
