import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A server in a process of its own, on loopback. */
export interface Program {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly command?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Finds the port in what it says. */
  readonly says: RegExp;
  readonly startTimeoutMs?: number;
}

const lookEveryMs = 5;

/**
 * Starts it and waits until it says where it listens; throws with what it said when it ends before that. It writes into a file, as under a
 * service manager: through a pipe, reading its log would be work for the one who measures.
 */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command = process.execPath, args, env = {}, cwd, says, startTimeoutMs = 60_000 } = options;
  const dir = mkdtempSync(join(tmpdir(), "onehazel-bench-log-"));
  const log = join(dir, "log");
  const output = openSync(log, "a");
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", output, output] });
  closeSync(output);
  // A benchmark that fails midway leaves nothing running.
  const killWithUs = () => {
    child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  };
  process.once("exit", killWithUs);
  const closed = once(child, "close");
  let ended = false;
  closed.then(() => {
    ended = true;
  });
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    await closed;
    process.off("exit", killWithUs);
    rmSync(dir, { recursive: true, force: true });
  };
  const givesUpAtMs = performance.now() + startTimeoutMs;
  for (;;) {
    const said = readFileSync(log, "utf8");
    const port = says.exec(said)?.[1];
    if (port !== undefined) return { pid: child.pid as number, port: Number(port), stop };
    if (ended || performance.now() > givesUpAtMs) {
      await stop();
      throw new Error(`${args[0]} did not start:\n${said.slice(-4_096)}`);
    }
    await sleep(lookEveryMs);
  }
}
