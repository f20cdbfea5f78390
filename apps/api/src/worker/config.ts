import { type Keyring, MasterKeyError, parseMasterKeys } from "@onehazel/crypto";
import { z } from "zod";
import { ConfigError } from "../config.js";

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const environment = z.object({
  DATABASE_WORKER_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL"),
  ONEHAZEL_MASTER_KEYS: z.string().transform((text, context): Keyring => {
    try {
      return parseMasterKeys(text);
    } catch (error) {
      if (!(error instanceof MasterKeyError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  }),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` }).default("info"),
});

/** What the worker needs to know when it is a process of its own. */
export interface WorkerConfig {
  readonly databaseWorkerUrl: string;
  readonly keyring: Keyring;
  /** Jobs at once, 1 to 64. */
  readonly concurrency: number;
  readonly logLevel: string;
}

/** Reads the environment once. An empty variable counts as unset. Throws `ConfigError`. */
export function readWorkerConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): WorkerConfig {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(set);
  if (parsed.success) {
    const values = parsed.data;
    return Object.freeze({
      databaseWorkerUrl: values.DATABASE_WORKER_URL,
      keyring: values.ONEHAZEL_MASTER_KEYS,
      concurrency: values.WORKER_CONCURRENCY,
      logLevel: values.LOG_LEVEL,
    });
  }
  const lines = parsed.error.issues.map(({ path, code, message }) => {
    const name = String(path[0]);
    return `  ${name}: ${code === "invalid_type" && set[name] === undefined ? "is required" : message}`;
  });
  throw new ConfigError(
    `The worker's configuration is not right:\n${lines.join("\n")}\n` +
      "With the embedded database, or one URL for everything, the worker runs inside the server.",
  );
}
