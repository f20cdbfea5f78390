import { join } from "node:path";
import { type Database, openDatabase } from "@onehazel/db";
import { type EmbeddedPostgres, startEmbedded } from "@onehazel/db/embedded";
import { ensureDataDir } from "./data-dir.js";
import { bringUpToDate } from "./migrating.js";

/** Where the embedded database lies, and whom to tell what it does. */
export interface EmbeddedStart {
  readonly dataDir: string;
  readonly log: { info(message: string): void; warn(message: string): void };
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Sorts the clusters' advisory locks of this file apart from others'. */
const loginLock = 7_401_337_005;

/** The cluster's folder under the data folder: it is there once a database has been made. */
export function postgresDir(dataDir: string): string {
  return join(dataDir, "postgres");
}

/** Starts the bundled PostgreSQL, or shares the one that runs. Whoever starts it stops it. */
export async function startPostgres({ dataDir, log, say, signal }: EmbeddedStart): Promise<EmbeddedPostgres> {
  await ensureDataDir(dataDir);
  return startEmbedded({ dataDir: postgresDir(dataDir), log, onProgress: say, signal });
}

/** Brings the embedded database up to this build and lets the server's roles log in. */
export async function prepareEmbedded(
  postgres: EmbeddedPostgres,
  say: (message: string) => void,
): Promise<void> {
  await bringUpToDate(postgres.owner, say);
  const admin = openDatabase({ ...postgres.superuser, poolMax: 1 });
  try {
    await letRolesLogIn(admin);
  } finally {
    await admin.close();
  }
}

/** One implicit transaction: two programs that change a role at once would fail each other. */
async function letRolesLogIn(admin: Database): Promise<void> {
  await admin.pool.query(`
    select pg_advisory_xact_lock(${loginLock});
    alter role onehazel_server login;
    alter role onehazel_worker login`);
}
