import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** A process of its own that runs this package as built; `said` waits until it has written a text. */
export interface Child {
  readonly process: ChildProcess;
  said(text: string): Promise<void>;
  output(): string;
  ended: Promise<number | null>;
}

/** Runs a module that finds the package's exports as `db`, `embedded` and `testing`, and `value` as given. */
export function startChild(program: string, value: unknown, options: { detached?: boolean } = {}): Child {
  const source = `
    import * as db from "${dist}index.js";
    import * as embedded from "${dist}embedded/index.js";
    import * as testing from "${dist}testing/index.js";
    const value = ${JSON.stringify(value)};
    const say = (text) => process.stdout.write(text + "\\n");
    const log = { info: say, warn: say };
    ${program}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "pipe", ...options });
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const check of waiting) check();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!output.includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      ended.then(() => reject(new Error(`the child ended without saying "${text}":\n${output}`)));
    });
  return { process: child, said, output: () => output, ended };
}
