import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ConnectionOptions } from "../connection-options.js";
import { serverAccount } from "./account.js";
import { bundledBinaries } from "./binaries.js";
import { bootstrap, databaseName, ownerName } from "./bootstrap.js";
import { ensureCluster, superuserName } from "./cluster.js";
import { EmbeddedPostgresError } from "./failure.js";

import { reachableBinaries } from "./programs.js";
import { type Log, type Share, takeShare } from "./share.js";
import { socketDir, socketPort } from "./socket.js";

/**
 * `dataDir` is the folder that keeps the database between starts; it is made if missing. `onProgress` hears one
 * short sentence a step. `signal` gives a start up that is still under way and stops what it started.
 */
export interface EmbeddedOptions {
  dataDir: string;
  log: Log;
  onProgress?: (message: string) => void;
  signal?: AbortSignal;
}

/** A running server; every connection goes over its unix socket, without a password. */
export interface EmbeddedPostgres {
  /** True when it was running already: left by a killed process, or shared with a live one. */
  readonly adopted: boolean;
  readonly superuser: ConnectionOptions;
  /** Owner of the database `onehazel`: connects here to migrate. */
  readonly owner: ConnectionOptions;
  /** The same database as another role, which must exist and be able to log in by the time it connects. */
  as(role: string): ConnectionOptions;
  /** Stops the server unless another process still uses it; may be called again. Close your pools first. */
  stop(): Promise<void>;
}

/** Written data survives a crash; error details stay out of the log, they would quote rows. */
const settings = {
  max_connections: "100",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
};

/**
 * Starts the bundled PostgreSQL, or takes over the one that runs in `dataDir` already, and sees that the role
 * `onehazel_owner` and the database `onehazel` exist. A server that dies is started again until `stop`. A process
 * that is killed leaves its server running for the next start to adopt. Throws `EmbeddedPostgresError`, whose
 * message says what to do.
 *
 * @example
 * const postgres = await startEmbedded({ dataDir: ".onehazel/postgres", log });
 * await migrate(postgres.owner);
 * await postgres.stop();
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, onProgress = () => undefined } = options;
  const dataDir = await madeDir(options.dataDir);
  const clusterDir = join(dataDir, "cluster");
  const account = serverAccount(clusterDir);
  const binaries = reachableBinaries(await bundledBinaries(), account);
  await ensureCluster({ clusterDir, binaries, account, durable: true, onProgress });

  const socket = socketDir(clusterDir);
  const at = { host: socket.host, port: socketPort, ssl: false };
  const superuser = { ...at, user: superuserName, database: "postgres" };
  const logFile = join(dataDir, "postgres.log");
  const enter = { clusterDir, logFile, binaries, account, settings, superuser, onProgress };
  const as = (role: string): ConnectionOptions => ({ ...at, user: role, database: databaseName });
  let share: Share | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (share?.giveBack() ?? Promise.resolve()).finally(socket.release);
    return stopped;
  };
  try {
    share = await takeShare({ ...enter, signal: options.signal }, log);
    await bootstrap(share.session());
    options.signal?.throwIfAborted();
    return { adopted: share.adopted, superuser, owner: as(ownerName), as, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function madeDir(dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true });
    return resolve(dir);
  } catch (cause) {
    throw new EmbeddedPostgresError(`The data folder ${dir} can't be made: ${(cause as Error).message}`, {
      cause,
    });
  }
}
