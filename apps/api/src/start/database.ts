import { type ConnectionOptions, type Database, openDatabase, workerRole } from "@onehazel/db";
import type { Logger } from "pino";
import type { Config } from "../config.js";
import { errorForLog } from "../http/log.js";
import { queryListener } from "../telemetry/queries.js";
import { inspect } from "./inspect.js";
import { bringUpToDate } from "./migrating.js";
import { refusePending, refusePrivileges } from "./privileges.js";

const serverRole = "onehazel_server";
const idleInTransactionTimeoutMs = 30_000;

/** The server's pool, with the bounds that every one of its sessions has. */
export function openServerPool(
  connection: ConnectionOptions,
  config: Pick<Config, "databasePoolMax" | "slowQueryMs" | "statementTimeoutMs" | "lockTimeoutMs">,
  log: Logger,
): Database {
  return openDatabase({
    ...connection,
    poolMax: config.databasePoolMax,
    statementTimeoutMs: config.statementTimeoutMs,
    lockTimeoutMs: config.lockTimeoutMs,
    releasesWhileLocked: true,
    idleInTransactionTimeoutMs,
    applicationName: "onehazel server",
    onQuery: queryListener(log, config.slowQueryMs),
    onIdleError: (error) => log.warn({ error: errorForLog(error) }, "an idle database connection was lost"),
  });
}

export interface GivenDatabase {
  readonly db: Database;
  /** Where a worker may run inside the server; undefined when it is a process of its own. */
  readonly worker: ConnectionOptions | undefined;
}

/**
 * Opens the database that `DATABASE_URL` names. One URL that owns the schema is a developer's: it is migrated with, and the
 * pool then acts as the server's own role. Any other must already be as little privileged as that. Throws `Refusal`.
 */
export async function openGivenDatabase(
  config: Config & { readonly databaseUrl: string },
  log: Logger,
  say: (message: string) => void,
): Promise<GivenDatabase> {
  const connection = { connectionString: config.databaseUrl };
  const { ownsSchema } = await inspect(connection, "DATABASE_URL");
  const single = config.databaseOwnerUrl === undefined && config.databaseWorkerUrl === undefined;
  if (!single || !ownsSchema) {
    return { db: await checked(openServerPool(connection, config, log)), worker: undefined };
  }
  log.warn(`DATABASE_URL owns the schema: migrating with it, serving as ${serverRole}; for development only`);
  await bringUpToDate(connection, say);
  const db = await checked(openServerPool({ ...connection, role: serverRole }, config, log));
  return { db, worker: { ...connection, role: workerRole } };
}

async function checked(db: Database): Promise<Database> {
  try {
    await refusePrivileges(db);
    await refusePending(db);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
