// The packaged server's programs, run as the image runs them: by a user who owns none of its files, with no environment but theirs.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { idOf } from "./postgres.mjs";

const readyWithinMs = 60_000;

/** Runs a program of the package to its end and answers what it wrote to stdout; throws with what it said when it failed. */
export async function runProgram(folder, args, env) {
  const child = start(folder, args, env);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${child.words()}`);
  return child.out();
}

/** Starts one and waits for a word of it; `stop` asks it to end and answers how it did. */
export async function startUntil(folder, args, env, word) {
  const child = start(folder, args, env);
  const giveUpMs = Date.now() + readyWithinMs;
  while (!child.words().includes(word)) {
    if (child.hasEnded() || Date.now() > giveUpMs) {
      child.kill("SIGKILL");
      throw new Error(`${args.join(" ")} never said "${word}":\n${child.words()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    stop: () => {
      child.kill("SIGTERM");
      return child.ended;
    },
  };
}

function start(folder, args, env) {
  const account = process.getuid() === 0 ? idOf("nobody") : {};
  const child = spawn(process.execPath, args, {
    ...account,
    cwd: join(folder),
    env: { NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let words = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
    words += chunk;
  });
  child.stderr.on("data", (chunk) => {
    words += chunk;
  });
  return {
    out: () => out,
    words: () => words,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: (signal) => child.kill(signal),
    ended: new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal))),
  };
}
