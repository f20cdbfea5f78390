import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startChild } from "../../test/child.js";
import { openDatabase } from "../connect.js";
import { isAlive } from "../embedded/postmaster-file.js";
import { migrationStatus } from "../migration-status.js";
import { startTestCluster } from "./cluster.js";
import { cloneDatabase } from "./databases.js";

it("a clone is migrated, belongs to a plain owner, and is nobody else's", async () => {
  const [one, other] = await Promise.all([cloneDatabase(), cloneDatabase()]);
  const db = openDatabase(one.owner);
  expect(await migrationStatus(db)).toMatchObject({ pending: [], functionsCurrent: true });
  await db.query("mine", "create table mine (id int)");
  const otherDb = openDatabase(other.owner);
  expect((await otherDb.query("mine", "select to_regclass('mine') as found")).rows).toEqual([
    { found: null },
  ]);
  const { rows } = await db.query(
    "owner",
    "select rolsuper or rolbypassrls as privileged, rolcreaterole from pg_roles where rolname = current_user",
  );
  expect(rows).toEqual([{ privileged: false, rolcreaterole: true }]);
  await Promise.all([db.close(), otherDb.close()]);
  await Promise.all([one.drop(), other.drop()]);
});

it("many clones can be made at once, and dropped twice or under a connection", async () => {
  const clones = await Promise.all(Array.from({ length: 10 }, cloneDatabase));
  expect(new Set(clones.map(({ databaseName }) => databaseName)).size).toBe(10);
  const db = openDatabase(clones[0]!.owner);
  await db.query("one", "select 1");
  await Promise.all(clones.map((clone) => clone.drop()));
  await clones[0]!.drop();
  await expect(db.query("one", "select 1")).rejects.toThrow();
  await db.close();
});

it("the server and the worker may log in to a clone", async () => {
  const database = await cloneDatabase();
  for (const role of ["server", "worker"] as const) {
    const db = openDatabase(database[role]);
    expect((await db.query("who", "select current_user as name")).rows).toEqual([
      { name: `onehazel_${role}` },
    ]);
    await db.close();
  }
  await database.drop();
});

it.each(["postmaster", "everything"] as const)(
  "one whose %s was killed starts again with what it had",
  async (what) => {
    const cluster = await startTestCluster({ durable: true });
    const before = openDatabase(cluster.superuser);
    await before.query("write", "create table kept as select 1 as value");
    await cluster.kill(what);
    await before.close();
    await cluster.restart();
    const after = openDatabase(cluster.superuser);
    expect((await after.query("read", "select value from kept")).rows).toEqual([{ value: 1 }]);
    expect(
      (
        await after.query(
          "how",
          "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync",
        )
      ).rows,
    ).toEqual([{ fsync: "on", sync: "on" }]);
    await after.close();
    await cluster.stop();
    expect(existsSync(dirname(cluster.clusterDir))).toBe(false);
  },
);

it("a paused one answers when it goes on", async () => {
  const cluster = await startTestCluster();
  const db = openDatabase(cluster.superuser);
  await db.query("one", "select 1");
  await cluster.pause();
  let answered = false;
  const answer = db.query("one", "select 1").then(() => {
    answered = true;
  });
  await sleep(200);
  expect(answered).toBe(false);
  await cluster.resume();
  await answer;
  await db.close();
  await cluster.stop();
});

it("a stopped cluster leaves no process and no folder", async () => {
  const cluster = await startTestCluster();
  await cluster.stop();
  expect(isAlive(cluster.pid)).toBe(false);
  expect(existsSync(dirname(cluster.clusterDir))).toBe(false);
});

it.each(["SIGKILL", "SIGINT"] as const)("nor does one whose process ended by %s", async (signal) => {
  const child = startChild(
    `const cluster = await testing.startTestCluster();
     say("cluster " + JSON.stringify([cluster.pid, cluster.clusterDir]) + ".");
     setInterval(() => {}, 1000);`,
    null,
  );
  await child.said("].");
  const [pid, clusterDir] = JSON.parse(/cluster (\[.*\])/.exec(child.output())![1]!) as [number, string];
  child.process.kill(signal);
  await child.ended;
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
  await expect.poll(() => existsSync(dirname(clusterDir)), { timeout: 60_000 }).toBe(false);
});
