import { spawn } from "node:child_process";
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type ConnectionOptions, clientConfig } from "../connection-options.js";
import { type Account, dataArgument } from "./account.js";
import type { Binaries } from "./binaries.js";
import { explainFailure } from "./failure.js";
import { isAlive, recordedPid } from "./postmaster-file.js";
import { serverEnvironment } from "./run.js";
import { socketPort } from "./socket.js";

export interface PostmasterOptions {
  readonly clusterDir: string;
  readonly logFile: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  /** Server parameters, as `-c name=value`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A server process of ours; `ended` holds its failure once it is gone. */
export interface Postmaster {
  readonly pid: number | undefined;
  readonly ended: () => Error | undefined;
}

const logBytesMax = 5 * 1024 * 1024;
const pollMs = 25;
const fastStopMs = 30_000;
const immediateStopMs = 5_000;
const zombieMs = 1_000;

/**
 * Starts PostgreSQL in a session of its own: a Ctrl-C at the terminal goes to the whole process group, and the
 * database must outlive the requests that are still being answered. It serves a unix socket in its folder only.
 */
export function launch({ clusterDir, logFile, binaries, account, settings }: PostmasterOptions): Postmaster {
  const log = openSync(logFile, "a", 0o600);
  if (fstatSync(log).size > logBytesMax) ftruncateSync(log);
  const logStart = fstatSync(log).size;
  const parameters = {
    ...settings,
    listen_addresses: "",
    unix_socket_directories: ".",
    port: String(socketPort),
  };
  const args = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(binaries.postgres, ["-D", dataArgument(clusterDir, account, binaries), ...args], {
    ...account,
    cwd: clusterDir,
    env: serverEnvironment,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  let failure: Error | undefined;
  const fail = (cause?: Error) => {
    failure ??= explainFailure("Starting PostgreSQL", writtenSince(logFile, logStart), cause);
  };
  child.on("error", fail);
  child.on("exit", () => fail());
  return { pid: child.pid, ended: () => failure };
}

/** One try to connect: a session, or why there is none. `starting` covers recovery and shutting down too. */
export async function knock(connection: ConnectionOptions): Promise<pg.Client | "absent" | "starting"> {
  const client = new pg.Client(
    clientConfig({ ...connection, lockTimeoutMs: 0, applicationName: "onehazel supervisor" }),
  );
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "57P03" || code === "53300") return "starting";
    if (["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTSOCK"].includes(code ?? "")) return "absent";
    if (/^(Connection terminated|timeout expired)/.test(message)) return "absent";
    throw error;
  }
}

/** Ends the server by a fast shutdown (sessions are cut, data is flushed), by an immediate one if that hangs. */
export async function shutDown(pid: number, clusterDir: string): Promise<void> {
  for (const [signal, patienceMs] of [
    ["SIGINT", fastStopMs],
    ["SIGQUIT", immediateStopMs],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return;
      throw error;
    }
    if (await isGone(pid, clusterDir, patienceMs)) return;
  }
}

/** Its file goes last; after that the process itself may stay for good, as a zombie where nobody reaps orphans. */
async function isGone(pid: number, clusterDir: string, patienceMs: number): Promise<boolean> {
  let deadline = Date.now() + patienceMs;
  let released = false;
  while (Date.now() < deadline) {
    if (!isAlive(pid)) return true;
    if (!released && recordedPid(clusterDir) !== pid) {
      released = true;
      deadline = Date.now() + zombieMs;
    }
    await sleep(pollMs);
  }
  return released;
}

function writtenSince(logFile: string, start: number): string {
  try {
    return readFileSync(logFile).subarray(start).toString();
  } catch {
    return "";
  }
}
