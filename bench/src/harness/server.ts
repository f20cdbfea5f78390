import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { generateMasterKey } from "@onehazel/crypto";
import { type BenchPostgres, urlOf } from "./postgres.js";

const dist = join(dirname(createRequire(import.meta.url).resolve("@onehazel/api/package.json")), "dist");

/** The built server in a process of its own, on loopback. */
export interface BenchServer {
  readonly pid: number;
  readonly port: number;
  /** Runs `admin` beside it and gives what that printed. */
  admin(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it on a free port; throws with what it said when it ends before it answers. */
export async function startServer(
  postgres: BenchPostgres,
  options: { readonly nodeArgs?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<BenchServer> {
  const env = {
    DATABASE_URL: urlOf(postgres.server),
    DATABASE_OWNER_URL: urlOf(postgres.owner),
    ONEHAZEL_MASTER_KEYS: generateMasterKey("bench"),
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "warn",
    NODE_ENV: "production",
    ...options.env,
  };
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(dist, "main.js")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A benchmark that fails midway leaves nothing running.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const closed = once(child, "close");
  let said = "";
  const port = await new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-4_096);
        const found = /answers at http:\/\/localhost:(\d+)/.exec(said)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    }
    closed.then(() => reject(new Error(`the server ended before it answered:\n${said}`)));
  });
  return {
    pid: child.pid as number,
    port,
    admin: async (...args) =>
      (await promisify(execFile)(process.execPath, [join(dist, "admin.js"), ...args], { env })).stdout,
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
      process.off("exit", killWithUs);
    },
  };
}
