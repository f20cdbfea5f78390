import { resolve } from "node:path";
import type { Keyring } from "@onehazel/crypto";
import { z } from "zod";
import type { Trust } from "./http/rate-limit/client-address.js";
import type { SessionOptions } from "./http/sessions/verifier.js";
import * as settings from "./settings.js";
import { masterKeySources, readMasterKeys } from "./start/key-source.js";
import { wantsTraces } from "./telemetry/tracing.js";

const environment = z.object({ ...settings.common, ...settings.commandLine, ...settings.server });

const workerEnvironment = z.object({ ...settings.common, ...settings.worker });

const adminEnvironment = z.object(settings.commandLine);

/** What the server needs to know. */
export interface Config {
  readonly port: number;
  /** Undefined: every interface, or the loopback one with the embedded database. */
  readonly host: string | undefined;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly databaseOwnerUrl: string | undefined;
  readonly databaseWorkerUrl: string | undefined;
  readonly databasePoolMax: number;
  /** Client connections at once. */
  readonly connectionsMax: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** Of one body, inflated. */
  readonly bodyBytesMax: { readonly single: number; readonly batch: number };
  /** Memory for request bodies, inflated, and for unread responses. */
  readonly transferBytesMax: number;
  /** Never undefined where `databaseUrl` is given. */
  readonly keyring: Keyring | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly redisUrl: string | undefined;
  /** Undefined: nobody signs in, and only keys are credentials. */
  readonly sessions: SessionOptions | undefined;
  /** 0: not limited. */
  readonly authFailuresPerMinute: number;
  /** Whose word counts for where a request came from. */
  readonly trustedProxies: Trust;
  readonly logLevel: string;
  /** Hold replies against the spec: on with the embedded database, off otherwise, unless said. */
  readonly checkReplies: boolean;
  /** Origins of web pages that may call the API; empty: none. */
  readonly corsOrigins: readonly string[];
  /** Undefined: metrics are served to nobody. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** A statement that takes at least this long is logged; 0: none is. */
  readonly slowQueryMs: number;
  /** Whether the standard variables of OpenTelemetry ask for traces. */
  readonly traces: boolean;
}

/** What the command line needs to know: which database, and nothing of the server. */
export interface AdminConfig extends Pick<Config, "databaseUrl" | "databaseOwnerUrl" | "dataDir"> {
  /** Read by the commands that need them, and no others: a command's output may cost a call to a key service. */
  readonly masterKeysGiven: boolean;
}

/** What the worker needs to know when it is a process of its own. */
export interface WorkerConfig
  extends Pick<Config, "logLevel" | "metricsPort" | "metricsHost" | "slowQueryMs" | "traces"> {
  readonly databaseWorkerUrl: string;
  readonly keyring: Keyring;
  /** Jobs at once, 1 to 64. */
  readonly concurrency: number;
}

/** Names every setting that is wrong, at once, and never what it was set to. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment once, for the server. An empty variable counts as unset, but for `DATABASE_URL`. Throws `ConfigError`. */
export function readConfig(env: Environment = process.env): Config {
  const { keyring, faults } = readMasterKeys(env);
  const values = parse(environment, env, [...emptyDatabase(env), ...missingSettings(env), ...faults]);
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    databaseWorkerUrl: values.DATABASE_WORKER_URL,
    databasePoolMax: values.DATABASE_POOL_MAX,
    transferBytesMax:
      values.TRANSFER_BYTES_MAX ?? values.BATCH_BODIES_BYTES_MAX ?? settings.transferBytesMaxDefault,
    connectionsMax: values.CONNECTIONS_MAX,
    statementTimeoutMs: values.STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: values.LOCK_TIMEOUT_MS,
    drainTimeoutMs: values.DRAIN_TIMEOUT_MS,
    bodyBytesMax: { single: values.BODY_BYTES_MAX, batch: values.BATCH_BODY_BYTES_MAX },
    keyring,
    dataDir: resolve(values.ONEHAZEL_DATA_DIR),
    redisUrl: values.REDIS_URL,
    sessions: sessionsOf(values),
    authFailuresPerMinute: values.AUTH_FAILURES_PER_MINUTE,
    trustedProxies: values.TRUSTED_PROXIES,
    logLevel: values.LOG_LEVEL,
    checkReplies:
      values.CHECK_REPLIES === undefined
        ? values.DATABASE_URL === undefined
        : values.CHECK_REPLIES === "true",
    corsOrigins: values.CORS_ORIGINS,
    metricsPort: values.METRICS_PORT,
    metricsHost: values.METRICS_HOST,
    slowQueryMs: values.SLOW_QUERY_MS,
    traces: wantsTraces(env),
  });
}

/** Reads the environment once, for a worker. An empty variable counts as unset. Throws `ConfigError`. */
export function readWorkerConfig(env: Environment = process.env): WorkerConfig {
  const { keyring, faults } = readMasterKeys(env);
  const absent = [
    ...(env.DATABASE_WORKER_URL
      ? []
      : ["DATABASE_WORKER_URL: is required; without it the worker runs inside the server"]),
    ...(masterKeySources(env).length > 0
      ? []
      : ["ONEHAZEL_MASTER_KEYS: is required, as the servers have it"]),
  ];
  const values = parse(workerEnvironment, env, [...absent, ...faults]);
  return Object.freeze({
    databaseWorkerUrl: values.DATABASE_WORKER_URL as string,
    keyring: keyring as Keyring,
    concurrency: values.WORKER_CONCURRENCY,
    logLevel: values.LOG_LEVEL,
    metricsPort: values.METRICS_PORT,
    metricsHost: values.METRICS_HOST,
    slowQueryMs: values.SLOW_QUERY_MS,
    traces: wantsTraces(env),
  });
}

/** Reads the environment once, for the command line. An empty variable counts as unset, but for `DATABASE_URL`. Throws `ConfigError`. */
export function readAdminConfig(env: Environment = process.env): AdminConfig {
  const values = parse(adminEnvironment, env, emptyDatabase(env));
  return Object.freeze({
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    dataDir: resolve(values.ONEHAZEL_DATA_DIR),
    masterKeysGiven: masterKeySources(env).length > 0,
  });
}

/** The master keys, for the commands that need them; undefined when none are given. Throws `ConfigError`. */
export function readAdminKeyring(env: Environment = process.env): Keyring | undefined {
  const { keyring, faults } = readMasterKeys(env);
  if (faults.length > 0) throw configError(faults);
  return keyring;
}

/** A secret that went missing must not quietly become a database of our own. */
function emptyDatabase(env: Environment): string[] {
  return env.DATABASE_URL === "" ? ["DATABASE_URL: is empty; unset it for the embedded database"] : [];
}

/** What one setting asks of another; looked at apart, since a schema with a fault in one field never gets there. */
function missingSettings(env: Environment): string[] {
  const needing = (names: readonly string[], needed: string) =>
    names.filter((name) => env[name]).map((name) => `${name}: needs ${needed} beside it`);
  const faults: string[] = [];
  if (!env.DATABASE_URL)
    faults.push(...needing(["DATABASE_OWNER_URL", "DATABASE_WORKER_URL"], "DATABASE_URL"));
  else if (masterKeySources(env).length === 0) {
    faults.push(
      "ONEHAZEL_MASTER_KEYS: is required with DATABASE_URL: id:64 hex digits, comma-separated, the current one first " +
        "(or ONEHAZEL_MASTER_KEYS_FILE, ONEHAZEL_MASTER_KEYS_COMMAND)",
    );
  }
  if (!env.JWT_SECRET && !env.JWKS_URL) {
    faults.push(...needing(["JWT_ISSUER", "JWT_AUDIENCE"], "JWT_SECRET or JWKS_URL"));
  } else if (!env.JWT_ISSUER) {
    faults.push("JWT_ISSUER: is required with JWT_SECRET or JWKS_URL: what the tokens carry as iss");
  }
  return faults;
}

function sessionsOf(values: z.infer<typeof environment>): SessionOptions | undefined {
  const { JWT_SECRET: secret, JWKS_URL: jwksUrl, JWT_ISSUER: issuer } = values;
  if (issuer === undefined) return undefined;
  return { secret, jwksUrl, issuer, audience: values.JWT_AUDIENCE };
}

function parse<T>(schema: z.ZodType<T>, env: Environment, missing: readonly string[]): T {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success && missing.length === 0) return parsed.data;
  const invalid = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  throw configError([...invalid, ...missing]);
}

function configError(faults: readonly string[]): ConfigError {
  return new ConfigError(
    `The configuration is not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}
