import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningProcess, startNode } from "@onehazel/db/testing";

const bin = fileURLToPath(new URL("../../bin/onehazel.mjs", import.meta.url));
const api = dirname(createRequire(import.meta.url).resolve("@onehazel/api/package.json"));

const asOnTerminal = `Object.defineProperty(process.stderr, "isTTY", { value: true })`;

/**
 * The command line as built, with no environment but what is given. Standard input stays open if `input` is null. With
 * `isTerminal` it takes its standard error for one.
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string | Buffer | null = "",
  isTerminal = false,
): RunningProcess {
  const before = isTerminal ? ["--import", `data:text/javascript,${encodeURIComponent(asOnTerminal)}`] : [];
  return startNode([...before, bin, ...args], { env, input });
}

/** A program of the server, as built: `main` or `admin`. */
export function startServerProgram(
  name: "main" | "admin",
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningProcess {
  return startNode([join(api, "dist", `${name}.js`), ...args], { env, input: null });
}
