import type { Keyring } from "@onehazel/crypto";
import { z } from "zod";
import { ConfigError } from "../config.js";
import { masterKeySources, readMasterKeys } from "../start/key-source.js";

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const environment = z.object({
  DATABASE_WORKER_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL"),
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
  const { keyring, faults } = readMasterKeys(env);
  if (parsed.success && keyring !== undefined) {
    const values = parsed.data;
    return Object.freeze({
      databaseWorkerUrl: values.DATABASE_WORKER_URL,
      keyring,
      concurrency: values.WORKER_CONCURRENCY,
      logLevel: values.LOG_LEVEL,
    });
  }
  const wrong = parsed.error?.issues.map(({ path, code, message }) => {
    const name = String(path[0]);
    return `${name}: ${code === "invalid_type" && set[name] === undefined ? "is required" : message}`;
  });
  const absent = masterKeySources(env).length === 0 ? ["ONEHAZEL_MASTER_KEYS: is required"] : [];
  const lines = [...(wrong ?? []), ...absent, ...faults].map((line) => `  ${line}`);
  throw new ConfigError(
    `The worker's configuration is not right:\n${lines.join("\n")}\n` +
      "With the embedded database, or one URL for everything, the worker runs inside the server.",
  );
}
