import { fileURLToPath } from "node:url";
import { type RunningProcess, startNode } from "@onehazel/db/testing";

export { urlOf } from "@onehazel/db/testing";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** A program of ours, as built, in a process of its own. */
export type Program = RunningProcess;

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** What it reads from standard input. */
  readonly input?: string;
  /** A module's source that Node runs before it. */
  readonly before?: string;
}

/** Starts `main`, `admin` or `worker` with no environment but what is given. Waits for nothing. */
export function startProgram(name: "main" | "admin" | "worker", options: ProgramOptions = {}): Program {
  const { env = {}, args = [], input = "", before } = options;
  const nodeArgs =
    before === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(before)}`];
  return startNode([...nodeArgs, `${dist}${name}.js`, ...args], { env, input });
}
