import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ConnectionOptions } from "@onehazel/db";
import { skewArguments } from "./skew.js";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The built server as a process of its own, so that it can be killed. */
export interface ServerProcess {
  readonly baseUrl: string;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits until it is gone. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

export interface ServerProcessOptions {
  readonly descriptorsMax?: number;
  /** How far its clock is ahead of everybody else's; negative: behind. */
  readonly clockAheadMs?: number;
}

/** Starts it, on a free port unless told; throws with what it said when it ends before it answers. */
export async function startServerProcess(
  database: ConnectionOptions,
  masterKeys: string,
  settings: Readonly<Record<string, string>> = {},
  { descriptorsMax, clockAheadMs = 0 }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const host = encodeURIComponent(database.host ?? "");
  const limit = descriptorsMax === undefined ? "" : `ulimit -n ${descriptorsMax}; `;
  const program = [process.execPath, ...skewArguments(clockAheadMs), main];
  const child = spawn("/bin/sh", ["-c", `${limit}exec "$0" "$@"`, ...program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      DATABASE_URL: `postgres://${database.user}@${host}:${database.port}/${database.database}`,
      ONEHAZEL_MASTER_KEYS: masterKeys,
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "fatal",
      // Far above the defaults, as in the servers of `startApi`.
      LOCK_TIMEOUT_MS: "60000",
      STATEMENT_TIMEOUT_MS: "120000",
      ...settings,
    },
  });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ended = once(child, "close").then(() => void process.off("exit", killWithUs));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const port = await listening(child);
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    ended,
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const port = /answers at http:\/\/localhost:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("close", () =>
      reject(new Error(`the server ended before it answered (is it built?):\n${said}`)),
    );
  });
}
