import { generateMasterKey } from "@onehazel/crypto";
import { type ConnectionOptions, openDatabase } from "@onehazel/db";
import { createEmptyDatabase, type TestDatabase, useOwnCluster } from "@onehazel/db/testing";
import { type Operation, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "./call.js";
import { made, startApi, type TestApi } from "./harness.js";
import { makeOldMonth } from "./old-month.js";
import { startProgram, urlOf } from "./program.js";
import { exampleRequest, keyFor } from "./requests.js";
import { makeThings, makeUpkeep } from "./things.js";
import { addJob, jobsDone, startTestWorker } from "./worker.js";

let leave: () => Promise<void>;
let api: TestApi;
beforeAll(async () => {
  // At no cost at all, every statement of a session that has JIT on is compiled.
  const settings = {
    jit: "on",
    jit_above_cost: "0",
    shared_preload_libraries: "pg_stat_statements",
    "pg_stat_statements.track": "all",
    "pg_stat_statements.max": "20000",
  };
  ({ leave } = await useOwnCluster({ settings }));
  api = await startApi();
  await api.sql("create extension pg_stat_statements");
});
afterAll(async () => {
  await api?.stop();
  await leave?.();
});

/** The URL of sessions that have JIT on, which ours have only where the URL says so. */
const withJit = (connection: ConnectionOptions, more: string) =>
  `${urlOf(connection)}&options=${encodeURIComponent(`-c jit=on${more}`)}`;

interface StatementRow extends Record<string, unknown> {
  readonly query: string;
  readonly role: string;
}

/** Statements that ran as a role of ours, in any database, since the last reset; or those of them that were compiled. */
const statements = (which: "all" | "compiled") =>
  api.sql<StatementRow>(
    `select query, pg_get_userbyid(userid) as role from pg_stat_statements
     where pg_get_userbyid(userid) like 'onehazel%' and (jit_functions > 0 or $1 = 'all')`,
    [which],
  );
const reset = () => api.sql("select pg_stat_statements_reset()");

const player = (n: number) => ({
  entityType: "player",
  externalId: `p${n}`,
  data: { email: `p${n}@example.com`, country: "GB", currency: "GBP" },
});
const list = (length: number, item: (n: number) => unknown) => Array.from({ length }, (_, n) => item(n));

/** Batches as large as they may be, more often than PostgreSQL makes a plan for each call; all of them succeed. */
async function runBatches(baseUrl: string, key: string): Promise<void> {
  const bodies = {
    entities: list(1_000, player),
    events: list(5_000, (n) => ({ externalId: `p${n % 1_000}`, eventType: "session", data: { n } })),
    states: list(1_000, (n) => ({ externalId: `p${n}`, stateKey: "balance", value: n })),
  };
  for (let round = 0; round < 7; round += 1) {
    for (const [kind, items] of Object.entries(bodies)) {
      const answer = await call(baseUrl, "POST", `/operator-data-api/batch/${kind}`, { key, body: items });
      expect(made(answer)).toMatchObject({ succeeded: items.length, failed: 0 });
    }
  }
}

/** Each operation of the spec, by each kind of credential, as the spec's example asks for it. */
async function runOperations(baseUrl: string): Promise<void> {
  const run = async (operation: Operation, credential: Operation["credentials"][number]) => {
    const tenant = { ...api.ours, operator: await api.createOperator(api.ours) };
    const things = await makeThings(api, tenant);
    await makeUpkeep(api, tenant);
    const { method, path, key, body } = exampleRequest(operation, keyFor(tenant, credential), () => things);
    const { status, text } = await call(baseUrl, method, path, { key, body });
    expect([operation.id, status < 300, text]).toEqual([operation.id, true, text]);
  };
  for (const operation of operations) {
    for (const credential of operation.credentials) await run(operation, credential);
  }
}

/** Every task of the worker, with something to do for each. */
async function runTasks(): Promise<void> {
  const { key, id } = api.ours.operator;
  made(await api.call("POST", "/operator-data-api/entities", { key, body: player(0) }));
  await makeOldMonth(api, 6, [{ operatorId: id, id: "ent_0000000000000001" }]);
  made(await api.call("PUT", "/operator-data-api/settings", { key, body: { dataRetentionDays: 60 } }));
  const worker = await startTestWorker(api);
  for (const task of ["event-months", "retention"]) await addJob(api, task);
  for (const task of ["retain", "reseal"]) await addJob(api, task, id);
  await jobsDone(api);
  await worker.stop();
}

/** The command line as the owner, and a server that migrates with the owner's URL and then acts as its own role. */
async function runPrograms(empty: TestDatabase): Promise<void> {
  const env = { DATABASE_OWNER_URL: urlOf(api.database.owner) };
  for (const args of [["migrate"], ["platform:list"], ["user:list"], ["jobs:list"]]) {
    expect([args, await startProgram("admin", { env, args }).ended]).toEqual([args, 0]);
  }
  const server = startProgram("main", {
    env: { DATABASE_URL: urlOf(empty.owner), PORT: "0", ONEHAZEL_MASTER_KEYS: generateMasterKey("test1") },
  });
  await server.said(/answers at (\S+)/);
  server.kill("SIGTERM");
  expect(await server.ended).toBe(0);
}

it("the packaged PostgreSQL compiles statements of a session that has JIT on, and counts them", async () => {
  const session = openDatabase({ connectionString: withJit(api.database.superuser, ""), poolMax: 1 });
  await session.pool.query("select count(*) as compiled_for_the_test from pg_class");
  const { rows } = await session.pool.query(
    `select pg_jit_available() as available, jit_functions > 0 as compiled
     from pg_stat_statements
     where query = 'select count(*) as compiled_for_the_test from pg_class'`,
  );
  await session.close();
  expect(rows).toEqual([{ available: true, compiled: true }]);
});

describe("no statement of ours is compiled", () => {
  it("whatever it costs, since our sessions have JIT off: requests, tasks, the command line, migrating", async () => {
    const empty = await createEmptyDatabase();
    await reset();
    await runBatches(api.baseUrl, api.ours.operator.key);
    await runOperations(api.baseUrl);
    await runTasks();
    await runPrograms(empty);
    await empty.drop();
    const roles = new Set((await statements("all")).map(({ role }) => role));
    expect([...roles].sort()).toEqual([
      "onehazel_auth",
      "onehazel_owner",
      "onehazel_server",
      "onehazel_worker",
    ]);
    expect(await statements("compiled")).toEqual([]);
  });

  it("with JIT on at PostgreSQL's own bounds either, since none is planned at such a cost", async () => {
    const connectionString = withJit(api.database.server, " -c jit_above_cost=100000");
    const { baseUrl, db, stop } = await api.startTwin({ connectionString });
    const { rows } = await db.pool.query("select current_setting('jit') as jit");
    expect(rows).toEqual([{ jit: "on" }]);
    await reset();
    const operator = await api.createOperator(api.ours);
    await runBatches(baseUrl, operator.key);
    await runOperations(baseUrl);
    expect((await statements("all")).length).toBeGreaterThan(100);
    expect(await statements("compiled")).toEqual([]);
    await stop();
  });
});
