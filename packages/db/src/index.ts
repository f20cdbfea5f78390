export { type DatabaseOptions, openDatabase } from "./connect.js";
export type { ConnectionOptions, SessionOptions } from "./connection-options.js";
export type { Database } from "./database.js";
export {
  type DatabaseProblem,
  databaseProblem,
  isLockTimeout,
  isUnavailable,
  lockNotAvailable,
} from "./errors.js";
export { callHotWrite, type WriteOutcome } from "./hot-write.js";
export { epochMs, instantText } from "./instants.js";
export { type MigrateOptions, type MigrateReport, migrate } from "./migrate.js";
export type { Migration } from "./migration.js";
export {
  type Askable,
  isMigrated,
  isReadOnly,
  type MigrationStatus,
  migrationStatus,
} from "./migration-status.js";
export {
  cutPage,
  type ExaminedRow,
  examinedRowsMax,
  type PagedRow,
  unforeseen,
  withinBytes,
  withinExamined,
} from "./page.js";
export { type CredentialProof, isStaleCall, readProven } from "./proven-call.js";
export type { EndedQuery, QueryListener } from "./query-listener.js";
export { queueSchema, workerRole } from "./queue.js";
export { dumpSchema } from "./schema-dump.js";
export { inTenant, manageOperator, type Scope, type TenantTransaction } from "./tenant.js";
