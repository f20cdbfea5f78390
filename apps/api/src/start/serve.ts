import type { Keyring } from "@onehazel/crypto";
import { type ConnectionOptions, type Database, workerRole } from "@onehazel/db";
import { rateLimits } from "@onehazel/spec";
import type { Logger } from "pino";
import { type App, createApp } from "../app.js";
import type { Config } from "../config.js";
import { type Announcing, announceKeys } from "../rotation/announcer.js";
import { observePool } from "../telemetry/metrics.js";
import { startTelemetry, type Telemetry } from "../telemetry/start.js";
import { type RunningWorker, startWorker } from "../worker/start.js";
import { openGivenDatabase, openServerPool } from "./database.js";
import { type DemoPlace, ensureDemo } from "./demo.js";
import { prepareEmbedded, startPostgres } from "./embedded.js";
import { keptMasterKeys } from "./master-keys.js";
import { portFault, refuseTakenPort } from "./port.js";
import { say } from "./say.js";
import type { StopWish } from "./signals.js";
import { welcome } from "./welcome.js";

/** A database to serve from. `close` also stops what was started for it. */
interface Opened {
  readonly db: Database;
  readonly keyring: Keyring;
  /** Where the worker runs inside the server, which it does in development. */
  readonly worker?: ConnectionOptions | undefined;
  /** Given with the embedded database, which gets a demo. */
  readonly demo?: DemoPlace;
  close(): Promise<void>;
}

/** Serves until asked to stop, and leaves nothing running. Throws `Refusal` and the like when it can't start. */
export async function serve(config: Config, log: Logger, stop: StopWish): Promise<void> {
  const host = config.host ?? (config.databaseUrl === undefined ? "127.0.0.1" : undefined);
  await refuseTakenPort(config.port, host);
  const opened = await open(config, log, stop.signal);
  let app: App | undefined;
  let worker: RunningWorker | undefined;
  let announcing: Announcing | undefined;
  let telemetry: Telemetry | undefined;
  let hasStarted = false;
  try {
    announcing = await announceKeys(opened.db, opened.keyring, log);
    const { isSound } = announcing;
    observePool("server", opened.db);
    telemetry = await startTelemetry({ ...config, serviceName: "onehazel-api" }, log);
    app = await createApp({
      db: opened.db,
      keyring: opened.keyring,
      log,
      checkReplies: config.checkReplies,
      limits: {
        ...rateLimits,
        authFailuresMax: config.authFailuresPerMinute,
        trustedProxies: config.trustedProxies,
      },
      redisUrl: config.redisUrl,
      sessions: config.sessions,
      corsOrigins: config.corsOrigins,
      areKeysSound: isSound,
      hasStarted: () => hasStarted,
      connections: { connectionsMax: config.connectionsMax },
      transferBytesMax: config.transferBytesMax,
      bodyBytesMax: config.bodyBytesMax,
    });
    const port = await app.listen(config.port, host).catch((error) => {
      throw portFault(config.port, error);
    });
    const baseUrl = baseUrlOf(host, port);
    const demo = opened.demo && (await ensureDemo(opened.demo, baseUrl));
    if (opened.worker !== undefined) {
      worker = await startWorker({ connection: opened.worker, keyring: opened.keyring, log });
    }
    hasStarted = true;
    say(`OneHazel answers at ${baseUrl}`);
    if (demo !== undefined) welcome(demo, baseUrl, say);
    log.info({ port }, "listening");
    await stop.asked;
    say("Stopping: finishing what is in flight");
  } finally {
    try {
      await app?.stop(config.drainTimeoutMs);
      await worker?.stop();
      await telemetry?.stop();
    } finally {
      announcing?.stop();
      await opened.close();
    }
  }
}

async function open(config: Config, log: Logger, signal: AbortSignal): Promise<Opened> {
  const { databaseUrl, keyring } = config;
  if (databaseUrl === undefined) return openEmbedded(config, log, signal);
  const { db, worker } = await openGivenDatabase({ ...config, databaseUrl }, log, say);
  return { db, worker, keyring: keyring as Keyring, close: () => db.close() };
}

async function openEmbedded(config: Config, log: Logger, signal: AbortSignal): Promise<Opened> {
  const { dataDir } = config;
  say(
    `DEVELOPMENT MODE: DATABASE_URL is not set, so PostgreSQL, its data and the demo credentials are kept in ${dataDir}. ` +
      "Do not use this in production.",
  );
  const keyring = config.keyring ?? (await keptMasterKeys(dataDir));
  const quiet = {
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.warn(message),
  };
  const postgres = await startPostgres({ dataDir, log: quiet, say, signal });
  try {
    await prepareEmbedded(postgres, say);
    const db = openServerPool(postgres.as("onehazel_server"), config, log);
    const close = () => db.close().finally(() => postgres.stop());
    const demo = { owner: postgres.owner, dataDir, mayHaveTwin: postgres.adopted };
    return { db, worker: postgres.as(workerRole), keyring, demo, close };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function baseUrlOf(host: string | undefined, port: number): string {
  if (host === undefined || ["127.0.0.1", "0.0.0.0", "::"].includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
