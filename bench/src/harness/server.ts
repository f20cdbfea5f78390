import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { generateMasterKey } from "@onehazel/crypto";
import { type BenchPostgres, urlOf } from "./postgres.js";
import { type Program, startProgram } from "./program.js";

const dist = join(dirname(createRequire(import.meta.url).resolve("@onehazel/api/package.json")), "dist");

/** The built server in a process of its own, on loopback. */
export interface BenchServer extends Program {
  /** Runs `admin` beside it and gives what that printed. */
  admin(...args: string[]): Promise<string>;
}

export interface BenchServerOptions {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One for all servers of a benchmark, as two servers of one database share theirs. */
const masterKeys = generateMasterKey("bench");

/** Starts it on a free port, as production has it: every setting is the default that it can do without. */
export async function startServer(
  postgres: BenchPostgres,
  options: BenchServerOptions = {},
): Promise<BenchServer> {
  const env = {
    DATABASE_URL: urlOf(postgres.server),
    DATABASE_OWNER_URL: urlOf(postgres.owner),
    ONEHAZEL_MASTER_KEYS: masterKeys,
    HOST: "127.0.0.1",
    PORT: "0",
    NODE_ENV: "production",
    ...options.env,
  };
  const program = await startProgram({
    args: [...(options.nodeArgs ?? []), join(dist, "main.js")],
    env,
    says: /answers at http:\/\/localhost:(\d+)/,
  });
  return {
    ...program,
    admin: async (...args) =>
      (await promisify(execFile)(process.execPath, [join(dist, "admin.js"), ...args], { env })).stdout,
  };
}

/** Starts the built worker in a process of its own; its login must be allowed. The port is that of its metrics. */
export function startWorker(postgres: BenchPostgres): Promise<Program> {
  return startProgram({
    args: [join(dist, "worker.js")],
    env: {
      DATABASE_WORKER_URL: urlOf({ ...postgres.server, user: "onehazel_worker" }),
      ONEHAZEL_MASTER_KEYS: masterKeys,
      METRICS_PORT: "0",
      NODE_ENV: "production",
    },
    says: /"metricsPort":(\d+)/,
  });
}
