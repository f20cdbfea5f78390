import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import { isUnavailable } from "./errors.js";
import { startTestCluster, type TestCluster } from "./testing/cluster.js";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster.stop());

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable("it should have failed"),
    (error: unknown) => error,
  );

async function failureWith(options: object, text: string): Promise<unknown> {
  const db = openDatabase({ ...cluster.superuser, ...options });
  try {
    return await failureOf(db.query("", text));
  } finally {
    await db.close();
  }
}

describe("an error of a database that is away", () => {
  it.each([
    ["no socket", { host: "/nonexistent" }],
    ["nothing listening on the port", { host: "127.0.0.1", port: 1 }],
    ["nothing listening on any address of localhost", { host: "localhost", port: 1 }],
    ["no such host", { host: "host.invalid" }],
  ])("is recognised: %s", async (_, options) => {
    expect(isUnavailable(await failureWith(options, "select 1"))).toBe(true);
  });

  it("is recognised when the pool has nothing free in time", async () => {
    // Long enough to connect on a busy machine, which the same bound covers.
    const db = openDatabase({ ...cluster.superuser, poolMax: 1, acquireTimeoutMs: 5_000 });
    const only = await db.pool.connect();
    const failures = [failureOf(db.query("", "select 1")), failureOf(db.knex.raw("select 1"))];
    expect((await Promise.all(failures)).map(isUnavailable)).toEqual([true, true]);
    only.release();
    await db.close();
  });

  it("is recognised when a silent server outlasts the statement's time", async () => {
    const db = openDatabase({ ...cluster.superuser, acquireTimeoutMs: 100 });
    process.kill(cluster.pid, "SIGSTOP");
    try {
      expect(isUnavailable(await failureOf(db.query("", "select 1")))).toBe(true);
    } finally {
      process.kill(cluster.pid, "SIGCONT");
      await db.close();
    }
  });

  it("is recognised when the server is shut down or killed under a statement, and when it stays away", async () => {
    const doomed = await startTestCluster();
    const db = openDatabase(doomed.superuser);
    const inFlight = [
      failureOf(db.query("", "select pg_sleep(60)")),
      failureOf(db.knex.raw("select pg_sleep(60)")),
      failureOf(db.knex.transaction((transaction) => transaction.raw("select pg_sleep(60)"))),
    ];
    await sleep(200);
    process.kill(doomed.pid, "SIGKILL");
    const failures = await Promise.all(inFlight);
    failures.push(await failureOf(db.query("", "select 1")), await failureOf(db.knex.raw("select 1")));
    expect(failures.map(isUnavailable)).toEqual([true, true, true, true, true]);
    await db.close();
    await doomed.stop();
  });
});

describe("an error of a database that is well", () => {
  it.each([
    ["bad syntax", {}, "selec"],
    ["a division by zero", {}, "select 1/0"],
    ["a statement that took too long", { statementTimeoutMs: 50 }, "select pg_sleep(1)"],
    ["a database that doesn't exist", { database: "missing" }, "select 1"],
  ])("is not taken for one: %s", async (_, options, text) => {
    expect(isUnavailable(await failureWith(options, text))).toBe(false);
  });

  it("is not taken for one when it merely quotes such words", () => {
    expect(isUnavailable(new Error("no row says 'Connection terminated' today"))).toBe(false);
    expect(isUnavailable("Connection terminated")).toBe(false);
    expect(isUnavailable(Object.assign(new Error("open"), { code: "ENOENT", syscall: "open" }))).toBe(false);
  });
});
