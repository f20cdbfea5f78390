import { type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { generateMasterKey, type Keyring, parseMasterKeys } from "@onehazel/crypto";
import { type Database, type DatabaseOptions, openDatabase } from "@onehazel/db";
import { cloneDatabase, type TestDatabase } from "@onehazel/db/testing";
import { rateLimitMax, rateLimits } from "@onehazel/spec";
import { type App, createApp } from "../app.js";
import { createLogger } from "../http/log.js";
import type { TransferLimits } from "../http/minimum-rate.js";
import { brokenReply } from "../http/pipeline.js";
import { trustNobody } from "../http/rate-limit/client-address.js";
import type { RateLimitOptions } from "../http/rate-limit/rate-limits.js";
import type { ConnectionLimits } from "../http/server.js";
import type { SessionOptions } from "../http/sessions/verifier.js";
import { createPlatform } from "../platforms/service.js";
import type { Role } from "../users/service.js";
import { type Answer, type CallOptions, call } from "./call.js";
import { mintToken, secretSessions } from "./sessions.js";

/** One operator with a key that may write, and the token of an owner's session. */
export interface TestOperator {
  readonly id: string;
  readonly key: string;
  readonly session: string;
}

/** One platform with its key, the token of an owner's session, and an operator that has chosen `tpl_igaming`. */
export interface TestPlatform {
  readonly id: string;
  readonly key: string;
  readonly session: string;
  readonly operator: TestOperator;
}

/** A person, and the token of their session. */
export interface TestUser {
  readonly id: string;
  readonly token: string;
}

export interface TestApi {
  readonly baseUrl: string;
  readonly database: TestDatabase;
  readonly keyring: Keyring;
  /** What the server's sessions are verified with. */
  readonly sessions: SessionOptions & { readonly secret: KeyObject };
  /** Every line that the servers of this API logged. */
  readonly logLines: string[];
  /** Two tenants that know nothing of each other. */
  readonly ours: TestPlatform;
  readonly theirs: TestPlatform;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A further tenant: a platform and its operator. */
  createPlatform(name: string): Promise<TestPlatform>;
  /** A further operator of a platform, with a template unless told. */
  createOperator(platform: TestPlatform, options?: { template?: boolean }): Promise<TestOperator>;
  createKey(platform: TestPlatform, operatorId: string, body?: object): Promise<{ id: string; key: string }>;
  /** A person who has signed in and is linked to an operator or a platform; to nothing without an actor. */
  createUser(actorId?: string, role?: Role): Promise<TestUser>;
  /** Another instance of the server on the same database, which may take sessions from elsewhere, or none. */
  startTwin(
    pool?: Partial<DatabaseOptions>,
    options?: TwinOptions,
  ): Promise<{ baseUrl: string; db: Database; stop(deadlineMs?: number): Promise<void> }>;
  /** Runs SQL as a superuser, past row-level security: for looking, never for the product's own work. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Throws when a reply was not what the spec promises. */
  stop(): Promise<void>;
}

export interface TwinOptions {
  readonly sessions?: SessionOptions | "none";
  readonly masterKeys?: string;
  readonly areKeysSound?: () => boolean;
}

export interface ApiOptions {
  readonly pool?: Partial<DatabaseOptions>;
  readonly masterKeys?: string;
  /** Nobody is limited unless told: tests call more often than anyone. */
  readonly limits?: Partial<RateLimitOptions>;
  readonly redisUrl?: string;
  readonly transferBytesMax?: number;
  readonly transferLimits?: TransferLimits;
  readonly bodyBytesMax?: { readonly single: number; readonly batch: number };
  readonly connections?: Partial<ConnectionLimits>;
}

/**
 * Far above the product's defaults. A test that sends many requests at once to a busy machine gets every response; a test of a bound sets
 * that bound.
 */
const patientBounds = { acquireTimeoutMs: 60_000, lockTimeoutMs: 60_000, statementTimeoutMs: 120_000 };

/** The spec's categories, none of which anybody ever fills. */
const unlimited: RateLimitOptions = {
  windowSeconds: rateLimits.windowSeconds,
  quotas: Object.fromEntries(
    Object.keys(rateLimits.quotas).map((category) => [category, rateLimitMax]),
  ) as RateLimitOptions["quotas"],
  authFailuresMax: 0,
  trustedProxies: trustNobody,
};

/**
 * The API on a database of its own, on a free port, with two tenants. Replies are held against the spec.
 *
 * @example
 * let api: TestApi;
 * beforeAll(async () => { api = await startApi(); });
 * afterAll(() => api.stop());
 */
export async function startApi(options: ApiOptions = {}): Promise<TestApi> {
  const database = await cloneDatabase();
  const keyring = parseMasterKeys(options.masterKeys ?? generateMasterKey("test1"));
  const logLines: string[] = [];
  const log = createLogger("trace", { write: (line: string) => void logLines.push(line) });
  const superuser = openDatabase({ ...database.superuser, poolMax: 3 });
  const servers: { app: App; db: Database }[] = [];

  const sessions = secretSessions();

  async function startServer(pool: Partial<DatabaseOptions> = {}, twin: TwinOptions = {}) {
    const from = twin.sessions ?? sessions;
    const ring = twin.masterKeys === undefined ? keyring : parseMasterKeys(twin.masterKeys);
    const db = openDatabase({
      ...database.server,
      poolMax: 20,
      releasesWhileLocked: true,
      ...patientBounds,
      ...options.pool,
      ...pool,
    });
    const app = await createApp({
      ...{ db, keyring: ring, log, checkReplies: true },
      limits: { ...unlimited, ...options.limits },
      redisUrl: options.redisUrl,
      connections: options.connections,
      ...(twin.areKeysSound && { areKeysSound: twin.areKeysSound }),
      ...(options.bodyBytesMax && { bodyBytesMax: options.bodyBytesMax }),
      sessions: from === "none" ? undefined : from,
      transferBytesMax: options.transferBytesMax ?? 67_108_864,
      transferLimits: options.transferLimits,
    });
    const port = await app.listen(0, "127.0.0.1");
    const server = { app, db };
    servers.push(server);
    const stop = async (deadlineMs = 5_000) => {
      if (!servers.includes(server)) return;
      servers.splice(servers.indexOf(server), 1);
      await app.stop(deadlineMs);
      await db.close();
    };
    return { baseUrl: `http://127.0.0.1:${port}`, db, stop };
  }

  const { baseUrl } = await startServer();
  const request = (method: string, path: string, callOptions?: CallOptions) =>
    call(baseUrl, method, path, callOptions);

  const api: Omit<TestApi, "ours" | "theirs"> = {
    baseUrl,
    database,
    keyring,
    sessions,
    logLines,
    call: request,
    createPlatform: newPlatform,
    createKey: async (platform, operatorId, body = {}) => {
      const path = `/platform-api/operators/${operatorId}/api-keys`;
      return made(await request("POST", path, { key: platform.key, body }));
    },
    createOperator: async (platform, { template = true } = {}) => {
      const body = { name: `Operator ${randomBytes(4).toString("hex")}` };
      const { id } = made<{ id: string }>(
        await request("POST", "/platform-api/operators", { key: platform.key, body }),
      );
      const { key } = await api.createKey(platform, id);
      const settings = { templateId: "tpl_igaming" };
      if (template) made(await request("PUT", "/operator-data-api/settings", { key, body: settings }));
      return { id, key, session: (await api.createUser(id)).token };
    },
    createUser: async (actorId, role = "owner") => {
      const id = randomUUID();
      const column = actorId?.startsWith("op_") ? "operator_id" : "platform_id";
      const text = `insert into user_profiles (${column}, user_id, role) values ($1, $2, $3)`;
      if (actorId !== undefined) await api.sql(text, [actorId, id, role]);
      return { id, token: await mintToken(sessions.secret, id) };
    },
    startTwin: startServer,
    sql: async (text, values = []) => (await superuser.pool.query(text, values)).rows as never,
    stop: async () => {
      await Promise.all(
        servers.splice(0).map(async ({ app, db }) => {
          await app.stop(5_000);
          await db.close();
        }),
      );
      await superuser.close();
      await database.drop();
      const broken = logLines.filter((line) => line.includes(brokenReply));
      if (broken.length > 0) throw new Error(broken.slice(0, 5).join(""));
    },
  };
  return { ...api, ours: await newPlatform("ours"), theirs: await newPlatform("theirs") };

  async function newPlatform(name: string): Promise<TestPlatform> {
    // Where a test sets limits, its set-up still needs none.
    const managementLimit = options.limits?.quotas === undefined ? undefined : rateLimitMax;
    const { platformId, platformKey } = await createPlatform(database.owner, { name, managementLimit });
    const { token: session } = await api.createUser(platformId);
    const platform = { id: platformId, key: platformKey, session };
    return { ...platform, operator: await api.createOperator(platform as TestPlatform) };
  }
}

/** The `data` of a success; throws on anything else, so that a broken set-up is seen where it broke. */
export function made<T = Record<string, unknown>>(answer: Answer): T {
  if (answer.status >= 300) throw new Error(`set-up failed: ${answer.status} ${answer.text}`);
  return answer.body.data as T;
}
