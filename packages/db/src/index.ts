export { type Database, type DatabaseOptions, openDatabase } from "./connect.js";
export type { ConnectionOptions, SessionOptions } from "./connection-options.js";
export { isUnavailable } from "./errors.js";
export { type MigrateOptions, type MigrateReport, migrate } from "./migrate.js";
export type { Migration } from "./migration.js";
export { type Askable, type MigrationStatus, migrationStatus } from "./migration-status.js";
export { queueSchema, workerRole } from "./queue.js";
export { dumpSchema } from "./schema-dump.js";
export { inTenant, manageOperator, type Scope, type TenantTransaction } from "./tenant.js";
