// Deploys the server by the blocks of docs/operations.md and docs/keys.md, without an engine for images: packages it, prepares a PostgreSQL
// over TLS, runs server, worker and command line as a user who owns nothing, backs up, restores, and reads on.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { operatorsMachine } from "./deployment/blocks.mjs";
import { freePort, startPostgres } from "./deployment/postgres.mjs";
import { runProgram, startUntil } from "./deployment/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "onehazel-deployment-"));
chmodSync(folder, 0o755);
const server = join(folder, "server");
/** Passwords and master keys, by the names that `deploy/.env` has. */
let given;
let postgres;

try {
  const machine = operatorsMachine(folder, server);
  machine.run("prepare.sh#env");
  given = machine.environment();
  assert.match(given.ONEHAZEL_MASTER_KEYS, /^k1:[0-9a-f]{64}$/);

  step("package the server");
  // CI has built the docs before, and looked at them.
  const docs = fileURLToPath(new URL("../apps/docs/dist", import.meta.url));
  const target = existsSync(docs) ? `${server} ${docs}` : server;
  machine.run("prepare.sh#package", { names: { "/opt/onehazel": target }, inRepository: true });

  step("prepare the database");
  postgres = await startPostgres(join(folder, "postgres"));
  await prepare(machine, () => machine.run("prepare.sh#owner", superuser()));

  step("serve, and work");
  const made = machine.run("compose.sh#up", { env: owner() });
  const platformKey = /oh_platform_[0-9a-f]{64}/.exec(made)[0];
  const worker = await startWorker();
  const [stays, goes] = await withServer(async (call) => [
    await newOperator(call, platformKey),
    await newOperator(call, platformKey),
  ]);
  assert.equal(await worker.stop(), 0);

  step("master keys out of a program");
  machine.standIn(
    join(folder, "bin/vault"),
    "kv get -field=master_keys secret/onehazel",
    given.ONEHAZEL_MASTER_KEYS,
  );
  machine.standIn(join(server, "unwrap-keys"), "--region eu-central-1", given.ONEHAZEL_MASTER_KEYS);
  for (const address of ["keys.sh#words", "keys.sh#array"])
    assert.match(machine.run(address, { env: owner(), after: "pnpm admin pii:status\n" }), /k1/);

  step("destroy an operator");
  const names = { op_0123456789abcdef: goes.id };
  machine.run("keys.sh#suspend", { env: owner(), names });
  postgres.client("psql", [
    "-c",
    `update operators set suspended_at = now() - interval '31 days' where id = '${goes.id}'`,
    "onehazel",
  ]);
  machine.run("keys.sh#destroy", { env: owner(), names });
  assert.equal(rowsOf(goes.id), "0");
  assert.equal(rowsOf(stays.id), "1");

  step("back up, lose everything, restore, read on");
  machine.run("compose.sh#backup", superuser());
  assert.match(
    postgres.client("pg_restore", ["--list", join(machine.work, "onehazel.dump")]),
    /TABLE DATA public entities/,
  );
  machine.run("backup.sh#dump", superuser());
  await postgres.stop();
  postgres = await startPostgres(join(folder, "another"));
  await prepare(machine, () => machine.run("backup.sh#restore", superuser()));
  await withServer(async (call) => {
    const { data } = await call("GET", "/operator-data-api/entities/p1", stays.key);
    assert.equal(data.email, "ada@example.com");
  });
  assert.equal(await (await startWorker()).stop(), 0);
  machine.assertAllRan();
  console.log("\ndeployed, served, backed up, restored");
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function step(what) {
  console.log(`-- ${what}`);
}

function superuser() {
  return { env: { ...given, ...postgres.superuser }, names: postgres.names };
}

/** The owner, then its schema and the logins: twice, as a second `up` would, and for that in the way that the compose file has. */
async function prepare(machine, makeOwner) {
  makeOwner();
  machine.run("prepare.sh#migrate", { env: given, names: postgres.names });
  const logins = fileURLToPath(new URL("../deploy/postgres/logins.sh", import.meta.url));
  const as = postgres.environment("onehazel_owner", given.OWNER_PASSWORD, "onehazel");
  postgres.client("sh", [logins], { ...as, ...given });
}

/** What the compose file gives to the command line. */
function owner() {
  const url = postgres.url("onehazel_owner", given.OWNER_PASSWORD, "onehazel");
  return { DATABASE_URL: url, DATABASE_OWNER_URL: url };
}

async function newOperator(call, platformKey) {
  const { id } = await call("POST", "/platform-api/operators", platformKey, { name: "Trial" });
  const { key } = await call("POST", `/platform-api/operators/${id}/api-keys`, platformKey, {});
  await call("PUT", "/operator-data-api/settings", key, { templateId: "tpl_igaming" });
  const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
  await call("POST", "/operator-data-api/entities", key, { entityType: "player", externalId: "p1", data });
  return { id, key };
}

function rowsOf(operatorId) {
  const count = `select count(*) from entities where operator_id = '${operatorId}'`;
  return postgres.client("psql", ["-At", "-c", count, "onehazel"]).trim();
}

async function withServer(work) {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = {
    DATABASE_URL: postgres.url("onehazel_api_login", given.API_PASSWORD, "onehazel"),
    ONEHAZEL_MASTER_KEYS: given.ONEHAZEL_MASTER_KEYS,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
  };
  const running = await startUntil(server, ["dist/main.js"], env, "answers at");
  let result;
  try {
    await runProgram(server, ["bin/healthcheck.mjs"], { PORT: String(port) });
    assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    assert.match(metrics, /onehazel_pool_connections/);
    const docs = await fetch(`http://127.0.0.1:${port}/docs/`);
    assert.match(await docs.text(), /<title>[^<]*OneHazel/);
    result = await work(async (method, path, bearer, body) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      assert(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
      return JSON.parse(text).data;
    });
  } finally {
    assert.equal(await running.stop(), 0);
  }
  return result;
}

function startWorker() {
  const env = {
    DATABASE_WORKER_URL: postgres.url("onehazel_worker_login", given.WORKER_PASSWORD, "onehazel"),
    ONEHAZEL_MASTER_KEYS: given.ONEHAZEL_MASTER_KEYS,
  };
  return startUntil(server, ["dist/worker.js"], env, "the worker takes jobs");
}
