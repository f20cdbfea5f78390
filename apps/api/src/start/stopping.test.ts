import { Agent, request } from "node:http";
import { generateMasterKey } from "@onehazel/crypto";
import { type Database, openDatabase } from "@onehazel/db";
import { cloneDatabase, type TestDatabase } from "@onehazel/db/testing";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createPlatform } from "../platforms/service.js";
import { type Answer, call } from "../testing/call.js";
import { made } from "../testing/harness.js";
import { type Program, startProgram, urlOf } from "../testing/program.js";

let database: TestDatabase;
let superuser: Database;
let operatorId: string;
let key: string;
const masterKeys = generateMasterKey("test1");
const player = {
  entityType: "player",
  externalId: "p1",
  data: { email: "a@b.cd", country: "GB", currency: "GBP" },
};

const running: Program[] = [];
async function start(before?: string): Promise<{ program: Program; baseUrl: string }> {
  const env = {
    PORT: "0",
    DATABASE_URL: urlOf(database.server),
    ONEHAZEL_MASTER_KEYS: masterKeys,
    // A held row is let go when the test says so, however long a busy machine takes to get there.
    LOCK_TIMEOUT_MS: "60000",
  };
  const program = startProgram("main", { env, ...(before === undefined ? {} : { before }) });
  running.push(program);
  const baseUrl = (await program.said(/answers at (\S+)/))[1] as string;
  return { program, baseUrl };
}
async function killAll(): Promise<void> {
  for (const program of running.splice(0)) {
    program.kill("SIGKILL");
    await program.ended;
  }
}
afterEach(killAll);

beforeAll(async () => {
  database = await cloneDatabase();
  superuser = openDatabase({ ...database.superuser, poolMax: 2 });
  const { platformKey } = await createPlatform(database.owner, { name: "ours" });
  const { baseUrl } = await start();
  const operator = await call(baseUrl, "POST", "/platform-api/operators", {
    key: platformKey,
    body: { name: "O" },
  });
  operatorId = made<{ id: string }>(operator).id;
  const path = `/platform-api/operators/${operatorId}/api-keys`;
  key = made<{ key: string }>(await call(baseUrl, "POST", path, { key: platformKey })).key;
  made(
    await call(baseUrl, "PUT", "/operator-data-api/settings", { key, body: { templateId: "tpl_igaming" } }),
  );
  made(await call(baseUrl, "POST", "/operator-data-api/entities", { key, body: player }));
});
afterAll(async () => {
  await killAll();
  await superuser.close();
  await database.drop();
});

/** Holds the entity's row until let go, so that an upsert of it waits. */
async function holdRow(): Promise<() => Promise<void>> {
  const client = await superuser.pool.connect();
  await client.query("begin");
  await client.query("select from entities where operator_id = $1 for update", [operatorId]);
  return async () => {
    await client.query("rollback");
    client.release();
  };
}

const waitingForLock = `select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and application_name = 'onehazel server'`;
const someoneWaits = () =>
  expect.poll(async () => (await superuser.pool.query(waitingForLock)).rowCount, { timeout: 60_000 }).toBe(1);

it("SIGTERM lets a request that waits for a row lock finish, takes no other, and ends with 0", async () => {
  const { program, baseUrl } = await start();
  const letGo = await holdRow();
  const answer = call(baseUrl, "POST", "/operator-data-api/entities", { key, body: player });
  await someoneWaits();
  program.kill("SIGTERM");
  await program.said(/Stopping/);
  await expect
    .poll(() =>
      fetch(`${baseUrl}/livez`)
        .then(() => "up")
        .catch(() => "gone"),
    )
    .toBe("gone");
  await letGo();
  expect((await answer) satisfies Answer).toMatchObject({
    status: 200,
    body: { data: { action: "updated" } },
  });
  expect(await program.ended).toBe(0);
  expect(program.stdout()).toContain('"msg":"stopped"');
});

it("a kept-alive connection whose answer came while stopping does not hold the stop up", async () => {
  const { program, baseUrl } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const letGo = await holdRow();
  const status = new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    request(`${baseUrl}/operator-data-api/entities`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end(JSON.stringify(player));
  });
  await someoneWaits();
  program.kill("SIGTERM");
  await program.said(/Stopping/);
  await letGo();
  expect(await status).toBe(200);
  const startedMs = performance.now();
  expect(await program.ended).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  agent.destroy();
});

it("a rejection that nobody caught is logged in one line, lets requests finish, and ends with 1", async () => {
  const { program, baseUrl } = await start('process.on("SIGUSR2", () => Promise.reject(new Error("boom")))');
  const letGo = await holdRow();
  const answer = call(baseUrl, "POST", "/operator-data-api/entities", { key, body: player });
  await someoneWaits();
  program.kill("SIGUSR2");
  await program.said(/Stopping/);
  await letGo();
  expect(await answer).toMatchObject({ status: 200 });
  expect(await program.ended).toBe(1);
  const fatal = program
    .stdout()
    .split("\n")
    .filter((line) => line.includes('"level":60'));
  expect(fatal).toHaveLength(1);
  expect(fatal[0]).toContain("boom");
});
