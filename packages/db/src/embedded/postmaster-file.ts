import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** Whether some process has this id; one that we may not signal counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The id that PostgreSQL left in its data folder; undefined when it is down or ended in good order. */
export function recordedPid(clusterDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(clusterDir, "postmaster.pid"), "utf8"), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

/** The recorded process, if it runs and really serves this folder: after a reboot its id may be anybody's. */
export async function servingPid(clusterDir: string): Promise<number | undefined> {
  const pid = recordedPid(clusterDir);
  return pid !== undefined && isAlive(pid) && (await serves(pid, clusterDir)) ? pid : undefined;
}

/**
 * Takes a leftover `postmaster.pid` away. PostgreSQL does so itself, unless the id in it now belongs to another
 * process of the same user, which is the rule after a container restarts.
 */
export async function removeStalePidFile(clusterDir: string): Promise<void> {
  const pid = recordedPid(clusterDir);
  if (pid === undefined || !isAlive(pid) || (await serves(pid, clusterDir))) return;
  // Another start may have replaced it while we looked.
  if (recordedPid(clusterDir) === pid) rmSync(join(clusterDir, "postmaster.pid"), { force: true });
}

/** A postmaster stands in its data folder for life; without /proc the program's name must do. */
async function serves(pid: number, clusterDir: string): Promise<boolean> {
  try {
    if (process.platform === "linux")
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(clusterDir));
    const { stdout } = await promisify(execFile)("ps", ["-o", "comm=", "-p", String(pid)]);
    return basename(stdout.trim()).startsWith("postgres");
  } catch {
    return false;
  }
}
