import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/onehazel.mjs", import.meta.url));
const api = dirname(createRequire(import.meta.url).resolve("@onehazel/api/package.json"));

/** A process and what it has said. */
export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves once it has said what the pattern looks for; rejects if it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** The command line as built, with no environment but what is given. Standard input stays open if `input` is null. */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string | Buffer | null = "",
): Running {
  const running = start(process.execPath, [bin, ...args], env);
  if (input !== null) running.child.stdin?.end(input);
  return running;
}

/** A program of the server, as built: `main` or `admin`. */
export function startServerProgram(
  name: "main" | "admin",
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  return start(process.execPath, [join(api, "dist", `${name}.js`), ...args], env);
}

function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(program, args, {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    stdio: "pipe",
  });
  child.stdin.on("error", () => undefined);
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
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    kill: (signal) => void child.kill(signal),
    ended,
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
  };
}
