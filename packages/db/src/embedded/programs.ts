import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.js";
import type { Binaries } from "./binaries.js";
import { explainFailure } from "./failure.js";
import { serverEnvironment } from "./run.js";

/**
 * The same binaries where `account` can run them: in place if it can, else a copy in a temporary folder, made once
 * a version and machine. The copy belongs to root, so that nobody can swap it.
 */
export function reachableBinaries(binaries: Binaries, account: Account | undefined): Binaries {
  if (!account || canRun(binaries, account)) return binaries;
  for (const parent of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    const copy = moved(binaries, join(parent, copyName(binaries)));
    if (!isOurs(copy.root)) copyTree(binaries.root, copy.root);
    if (isOurs(copy.root) && canRun(copy, account)) return copy;
  }
  const { error } = spawnSync(binaries.postgres, ["--version"], { ...account, env: serverEnvironment });
  throw explainFailure("Starting the bundled PostgreSQL", "", error);
}

function canRun({ postgres, initdb }: Binaries, account: Account): boolean {
  const options = { ...account, env: serverEnvironment };
  return [postgres, initdb].every((program) => spawnSync(program, ["--version"], options).status === 0);
}

function moved(binaries: Binaries, root: string): Binaries {
  return { ...binaries, root, initdb: join(root, "bin", "initdb"), postgres: join(root, "bin", "postgres") };
}

/** Named after its content, so that an upgrade never runs an older copy. */
function copyName({ postgres, majorVersion }: Binaries): string {
  const hash = createHash("sha256").update(readFileSync(postgres)).digest("hex");
  return `onehazel-postgres-${majorVersion}-${hash.slice(0, 12)}`;
}

function isOurs(dir: string): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function copyTree(from: string, to: string): void {
  const draft = `${to}.${randomBytes(6).toString("hex")}`;
  try {
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
    openTree(draft);
    renameSync(draft, to);
  } catch {
    // Another start was quicker, or this folder can't take a copy: the caller looks at what lies there.
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Lets everyone read, whatever umask the original was installed under. */
function openTree(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, entry.isDirectory() || (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
