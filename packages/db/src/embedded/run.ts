import { type SpawnOptions, spawn } from "node:child_process";
import { explainFailure } from "./failure.js";

/**
 * All that PostgreSQL gets to know of our environment: none of it. Whoever may look at its process would else find
 * our secrets there, and variables such as `PGDATA` or `LANG` would change what it does.
 */
export const serverEnvironment: NodeJS.ProcessEnv = { LC_ALL: "C", PATH: "/usr/local/bin:/usr/bin:/bin" };

/** Runs a program to its end and returns what it wrote; throws, with the reason, when it fails. */
export function run(
  step: string,
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      env: serverEnvironment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (cause) => reject(explainFailure(step, output, cause)));
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(explainFailure(step, output))));
  });
}
