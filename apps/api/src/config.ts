import { resolve } from "node:path";
import { z } from "zod";

/** Bounds and defaults of everything that the environment may say. Secrets have no defaults. */
const environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    HOST: z.string().min(1).max(255).optional(),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .optional(),
    DATABASE_OWNER_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .optional(),
    DATABASE_WORKER_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .optional(),
    DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(1_000).default(10),
    ONEHAZEL_MASTER_KEYS: z.string().min(1).optional(),
    ONEHAZEL_DATA_DIR: z.string().min(1).default(".onehazel"),
    REDIS_URL: z
      .string()
      .regex(/^rediss?:\/\//, "must be a redis:// URL")
      .optional(),
    AUTH_FAILURES_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(60),
    LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    CHECK_REPLIES: z.enum(["true", "false"]).optional(),
  })
  .superRefine((values, context) => {
    if (values.DATABASE_URL === undefined) {
      for (const name of ["DATABASE_OWNER_URL", "DATABASE_WORKER_URL"] as const) {
        if (values[name] === undefined) continue;
        context.addIssue({ code: "custom", path: [name], message: "needs DATABASE_URL beside it" });
      }
    } else if (values.ONEHAZEL_MASTER_KEYS === undefined) {
      context.addIssue({
        code: "custom",
        path: ["ONEHAZEL_MASTER_KEYS"],
        message: "is required with DATABASE_URL: id:64 hex digits, comma-separated, the current one first",
      });
    }
  });

export interface Config {
  readonly port: number;
  /** Undefined: every interface, or the loopback one with the embedded database. */
  readonly host: string | undefined;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly databaseOwnerUrl: string | undefined;
  readonly databaseWorkerUrl: string | undefined;
  readonly databasePoolMax: number;
  readonly masterKeys: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly redisUrl: string | undefined;
  /** 0: not limited. */
  readonly authFailuresPerMinute: number;
  readonly logLevel: string;
  /** Hold replies against the spec: on with the embedded database, off otherwise, unless said. */
  readonly checkReplies: boolean;
}

/** Names every setting that is wrong, at once, and never what it was set to. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads the environment once. An empty variable counts as unset. Throws `ConfigError`. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
    throw new ConfigError(`The configuration is not right:\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    databaseWorkerUrl: values.DATABASE_WORKER_URL,
    databasePoolMax: values.DATABASE_POOL_MAX,
    masterKeys: values.ONEHAZEL_MASTER_KEYS,
    dataDir: resolve(values.ONEHAZEL_DATA_DIR),
    redisUrl: values.REDIS_URL,
    authFailuresPerMinute: values.AUTH_FAILURES_PER_MINUTE,
    logLevel: values.LOG_LEVEL,
    checkReplies:
      values.CHECK_REPLIES === undefined
        ? values.DATABASE_URL === undefined
        : values.CHECK_REPLIES === "true",
  });
}
