import { execFileSync } from "node:child_process";
import { chownSync, closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Stage } from "./fault.js";

/** Room for the entities of a run, and little enough to fill at once. */
const diskMiB = 256;
const blockBytes = 1_048_576;

/**
 * The entities' disk is full: a file system in memory, which a large file fills. Needs root on Linux, to mount it. The log of PostgreSQL
 * stays where it is, so the database goes on and only statements that need room fail.
 */
export const diskFull: Fault["strike"] = async (stage, seconds, mended) => {
  const disk = join(dirname(stage.cluster.clusterDir), "small-disk");
  mkdirSync(disk, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskMiB}m`, "tmpfs", disk]);
  try {
    await onDisk(stage, disk, async () => {
      const ballast = join(disk, "ballast");
      fill(ballast);
      await sleep(seconds * 1_000);
      rmSync(ballast);
      mended();
    });
  } finally {
    execFileSync("umount", ["--lazy", disk]);
  }
};

async function onDisk({ api, cluster }: Stage, disk: string, work: () => Promise<void>): Promise<void> {
  const { uid, gid } = statSync(cluster.clusterDir);
  const folder = join(disk, "tablespace");
  mkdirSync(folder);
  chownSync(folder, uid, gid);
  await api.sql(`create tablespace small_disk location '${folder}'`);
  await api.sql("alter table entities set tablespace small_disk");
  try {
    await work();
  } finally {
    await api.sql("alter table entities set tablespace pg_default");
    await api.sql("drop tablespace small_disk");
    // Recovery after a later crash must not look for the disk that is gone by then.
    await api.sql("checkpoint");
  }
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, "w");
  const block = Buffer.alloc(blockBytes);
  try {
    for (let mebibytes = 0; mebibytes < 2 * diskMiB; mebibytes += 1) writeSync(file, block);
    throw new Error("the disk did not become full");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

const programs = ["onehazel_server", "onehazel_worker"];

/** Servers and worker find a database that takes no writes, as after a failover to a standby. */
export const readOnly: Fault["strike"] = async ({ api }, seconds, mended) => {
  const { databaseName } = api.database;
  const everyProgram = async (setting: string) => {
    for (const role of programs) await api.sql(`alter role ${role} in database ${databaseName} ${setting}`);
    await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = any ($1)`,
      [programs],
    );
  };
  await everyProgram("set default_transaction_read_only = on");
  try {
    await sleep(seconds * 1_000);
  } finally {
    mended();
    await everyProgram("reset default_transaction_read_only");
  }
};
