import pg from "pg";
import { type ConnectionOptions, clientConfig } from "./connection-options.js";

/** Where the job queue keeps its tables: a schema of the worker's own, made by our migrations. */
export const queueSchema = "graphile_worker";
export const workerRole = "onehazel_worker";

/**
 * Brings the queue's own tables up to the library's version, as the worker's role, whose they are: here, and not when a worker
 * starts, so that a request can leave a job behind before any worker ever ran.
 */
export async function migrateQueue(owner: ConnectionOptions): Promise<void> {
  // Only who migrates pays for loading it.
  const { Logger, runMigrations } = await import("graphile-worker");
  const silent = new Logger(() => () => undefined);
  const pool = new pg.Pool({
    ...clientConfig({ ...owner, role: workerRole, applicationName: "onehazel migrate" }),
    max: 1,
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await runMigrations({ pgPool: pool, schema: queueSchema, logger: silent });
  } finally {
    await pool.end();
  }
}
