// Deploys the server as docs/operations.md says, without an engine for images: packages it, prepares a PostgreSQL over TLS with the
// files under deploy/, runs server, worker and command line as a user who owns nothing, backs up, restores, and reads on.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, run, startPostgres } from "./deployment/postgres.mjs";
import { runProgram, startUntil } from "./deployment/server.mjs";

const deploy = (file) => fileURLToPath(new URL(`../deploy/postgres/${file}`, import.meta.url));
const password = () => randomBytes(12).toString("hex");
const folder = mkdtempSync(join(tmpdir(), "onehazel-deployment-"));
chmodSync(folder, 0o755);
const server = join(folder, "server");
const masterKeys = `trial:${randomBytes(32).toString("hex")}`;
const passwords = { owner: password(), api: password(), worker: password(), backup: password() };
let postgres;

try {
  step("package the server");
  // CI has built the docs before, and looked at them.
  const docs = fileURLToPath(new URL("../apps/docs/dist", import.meta.url));
  const program = fileURLToPath(new URL("package-server.mjs", import.meta.url));
  run(process.execPath, [program, server, ...(existsSync(docs) ? [docs] : [])]);

  step("prepare the database");
  postgres = await startPostgres(join(folder, "postgres"));
  superuserRuns("1-owner.sql", "owner_password", passwords.owner);
  superuserRuns("3-backup.sql", "backup_password", passwords.backup);
  await runProgram(server, ["dist/admin.js", "migrate"], owner());
  // Twice, as a second `up` would.
  makeLogins();
  makeLogins();

  step("serve, and work");
  const made = await runProgram(
    server,
    ["dist/admin.js", "platform:create", "--name", "Trial", "--json"],
    owner(),
  );
  const { platformKey } = JSON.parse(made);
  const worker = await startWorker("onehazel");
  const key = await withServer("onehazel", masterKeys, async (call) => {
    const { id } = await call("POST", "/platform-api/operators", platformKey, { name: "Trial" });
    const operator = await call("POST", `/platform-api/operators/${id}/api-keys`, platformKey, {});
    await call("PUT", "/operator-data-api/settings", operator.key, { templateId: "tpl_igaming" });
    const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
    const player = { entityType: "player", externalId: "p1", data };
    await call("POST", "/operator-data-api/entities", operator.key, player);
    return operator.key;
  });
  assert.equal(await worker.stop(), 0);

  step("back up, lose everything, restore, read on");
  const dump = join(folder, "onehazel.dump");
  const backup = postgres.environment("onehazel_backup_login", passwords.backup, "onehazel");
  postgres.client("pg_dump", ["--format=custom", `--file=${dump}`], backup);
  await postgres.stop();
  postgres = await startPostgres(join(folder, "another"));
  superuserRuns("1-owner.sql", "owner_password", passwords.owner);
  const roles = fileURLToPath(new URL("../packages/db/migrations/0001_roles.sql", import.meta.url));
  postgres.client("psql", ["-v", "ON_ERROR_STOP=1", "-f", roles], ownersEnvironment());
  postgres.client("pg_restore", ["--dbname=onehazel", "--exit-on-error", dump]);
  await runProgram(server, ["dist/admin.js", "migrate"], owner());
  makeLogins();
  await withServer("onehazel", masterKeys, async (call) => {
    const { data } = await call("GET", "/operator-data-api/entities/p1", key);
    assert.equal(data.email, "ada@example.com");
  });
  assert.equal(await (await startWorker("onehazel")).stop(), 0);
  console.log("\ndeployed, served, backed up, restored");
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function step(what) {
  console.log(`-- ${what}`);
}

function superuserRuns(file, variable, value) {
  postgres.client("psql", ["-v", "ON_ERROR_STOP=1", "-v", `${variable}=${value}`, "-f", deploy(file)]);
}

function ownersEnvironment() {
  return postgres.environment("onehazel_owner", passwords.owner, "onehazel");
}

function owner() {
  const url = postgres.url("onehazel_owner", passwords.owner, "onehazel");
  return { DATABASE_URL: url, DATABASE_OWNER_URL: url };
}

function makeLogins() {
  const given = { API_PASSWORD: passwords.api, WORKER_PASSWORD: passwords.worker };
  postgres.client("sh", [deploy("logins.sh")], { ...ownersEnvironment(), ...given });
}

async function withServer(database, keys, work) {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = {
    DATABASE_URL: postgres.url("onehazel_api_login", passwords.api, database),
    ONEHAZEL_MASTER_KEYS: keys,
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

function startWorker(database) {
  const env = {
    DATABASE_WORKER_URL: postgres.url("onehazel_worker_login", passwords.worker, database),
    ONEHAZEL_MASTER_KEYS: masterKeys,
  };
  return startUntil(server, ["dist/worker.js"], env, "the worker takes jobs");
}
