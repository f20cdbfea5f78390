import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Keyring } from "@onehazel/crypto";
import type { Database } from "@onehazel/db";
import express from "express";
import type { Logger } from "pino";
import { AccessLog } from "./audit/access-log.js";
import { LastUsed } from "./http/credentials/last-used.js";
import { CredentialResolver } from "./http/credentials/resolver.js";
import { crossOrigin } from "./http/cross-origin.js";
import { CursorCodec } from "./http/cursor.js";
import { health } from "./http/health.js";
import { listener } from "./http/listener.js";
import type { TransferLimits } from "./http/minimum-rate.js";
import { Pipeline } from "./http/pipeline.js";
import { published } from "./http/published.js";
import { openCounters } from "./http/rate-limit/counters.js";
import { type RateLimitOptions, RateLimits } from "./http/rate-limit/rate-limits.js";
import { reportRefusedConnections } from "./http/refused-connections.js";
import { type ConnectionLimits, createHttpServer } from "./http/server.js";
import { type SessionOptions, SessionVerifier } from "./http/sessions/verifier.js";
import { TenantKeys } from "./http/tenant-keys.js";
import { TransferMemory } from "./http/transfer-memory.js";
import { operations } from "./operations.js";
import { observeTransfers } from "./telemetry/metrics.js";

export interface AppOptions {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly log: Logger;
  /** Hold every reply against the spec. */
  readonly checkReplies: boolean;
  readonly limits: RateLimitOptions;
  /** Where servers count together; undefined: this one counts for itself. */
  readonly redisUrl: string | undefined;
  /** Undefined: nobody signs in, and only keys are credentials. */
  readonly sessions?: SessionOptions | undefined;
  /** Origins of web pages that may call the API: none unless given. */
  readonly corsOrigins?: readonly string[];
  /** Whether the database takes this server's master keys; asked by `/readyz`. Always, unless given. */
  readonly areKeysSound?: () => boolean;
  /** Whether everything that starts with the server is there; `/readyz` is 503 until then. True if not given. */
  readonly hasStarted?: () => boolean;
  /** Ten thousand connections and a minute of standstill, unless said. */
  readonly connections?: Partial<ConnectionLimits> | undefined;
  /** Memory for request bodies, inflated, and for responses that their clients have not read. */
  readonly transferBytesMax: number;
  /** How slow a large body or response may be: 16 KiB a second over ten seconds, unless said. */
  readonly transferLimits?: TransferLimits | undefined;
  /** Of one body, inflated: what the spec says, unless less is given. */
  readonly bodyBytesMax?: { readonly single: number; readonly batch: number };
}

const defaultConnections: ConnectionLimits = {
  connectionsMax: 10_000,
  stallTimeoutMs: 60_000,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
};

const defaultTransfers: TransferLimits = { bytesPerSecondMin: 16_384, windowMs: 10_000 };

export interface App {
  /** Resolves with the port once it is bound. Rejects with `EADDRINUSE` when it is taken. */
  listen(port: number, host?: string): Promise<number>;
  /** Stops accepting, lets requests in flight finish until the deadline, writes what was to be written behind. */
  stop(deadlineMs: number): Promise<void>;
}

/** The API as a server that has not started yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const { db, keyring, log, checkReplies, sessions, corsOrigins = [], connections } = options;
  let stopping = false;
  const isStopping = () => stopping;
  const lastUsed = new LastUsed(db, log);
  const accessLog = new AccessLog(db, log);
  const counters = openCounters(options.redisUrl, options.limits.windowSeconds, log);
  const memory = new TransferMemory({
    bytesMax: options.transferBytesMax,
    limits: options.transferLimits ?? defaultTransfers,
  });
  observeTransfers(memory.budget);
  const pipeline = new Pipeline({
    services: {
      db,
      keys: new TenantKeys(keyring),
      cursors: new CursorCodec(keyring),
      log,
      noteAccess: (access) => accessLog.note(access),
    },
    operations,
    resolver: new CredentialResolver(db, sessions && new SessionVerifier(sessions, log)),
    lastUsed,
    limits: new RateLimits(counters, options.limits),
    bodyBytesMax: options.bodyBytesMax ?? { single: Infinity, batch: Infinity },
    memory,
    checkReplies,
  });
  await pipeline.warm();

  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  const { hasStarted = () => true, areKeysSound = () => true } = options;
  app.use(health({ db, isStopping, hasStarted, areKeysSound }));
  if (corsOrigins.length > 0) app.use(crossOrigin(corsOrigins));
  app.use(published(isStopping, { admits: (response) => memory.ofFile(response) }));
  app.use(listener(pipeline, memory, log, isStopping));
  const server = createHttpServer(app, { ...defaultConnections, ...connections });

  return {
    listen: async (port, host) => {
      await counters.start();
      await bind(server, port, host);
      reportRefusedConnections(server, log);
      lastUsed.start();
      accessLog.start();
      return (server.address() as AddressInfo).port;
    },
    stop: async (deadlineMs) => {
      stopping = true;
      await drain(server, deadlineMs);
      await Promise.all([lastUsed.stop(), accessLog.stop()]);
      counters.stop();
    },
  };
}

function bind(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const idleCheckMs = 50;

/** A connection that was answering when we stopped listening goes idle only later, and nobody but us closes it then. */
function drain(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
    const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
    server.close(() => {
      clearTimeout(deadline);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
