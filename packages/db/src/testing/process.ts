import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { ConnectionOptions } from "../connection-options.js";

/** A program in a process of its own, and what it has said. */
export interface RunningProcess {
  readonly pid: number;
  readonly stdin: Writable;
  stdout(): string;
  stderr(): string;
  /** Resolves with what a pattern found in what the program has written, once it has; rejects if it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from standard input, which stays open if this is null. */
  readonly input: string | Buffer | null;
}

/** Starts Node with these arguments and no environment but what is given. Waits for nothing. */
export function startNode(args: readonly string[], { env, input }: ProcessOptions): RunningProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    stdio: "pipe",
  });
  child.stdin.on("error", () => undefined);
  if (input !== null) child.stdin.end(input);
  const written = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      written[stream] += text;
      for (const check of waiting) check();
    });
  }
  // A test that fails before it can clean up leaves nothing running either.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on("close", (code, signal) => {
      process.off("exit", killWithUs);
      resolve(code ?? signal ?? -1);
    });
  });
  return {
    pid: child.pid as number,
    stdin: child.stdin,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = pattern.exec(written.stdout) ?? pattern.exec(written.stderr);
          if (found === null) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
        ended.then((code) => reject(new Error(`ended (${code}) before ${pattern}:\n${written.stderr}`)));
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** A connection as the URL that a person would write. */
export function urlOf({ host, port, user, database }: ConnectionOptions): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host ?? "")}&port=${port}`;
}
