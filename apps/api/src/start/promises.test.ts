import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateMasterKey } from "@onehazel/crypto";
import { cloneDatabase, type TestDatabase } from "@onehazel/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ordinaryVariables } from "../testing/ordinary-variables.js";
import { type Program, startProgram, urlOf } from "../testing/program.js";

let dataDir: string;
let database: TestDatabase;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "onehazel-promises-"));
  database = await cloneDatabase();
});
const running: Program[] = [];
afterAll(async () => {
  for (const program of running) {
    program.kill("SIGTERM");
    await program.ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
  await database.drop();
});

function start(name: "main" | "worker" | "admin", env: Record<string, string>, more = {}): Program {
  const program = startProgram(name, { env, ...more });
  running.push(program);
  return program;
}

/** Holds the move that puts `credentials.json` into its place until SIGUSR2 arrives, and says which port is open meanwhile. */
const heldCredentials = `
  import fs from "node:fs/promises";
  import { Server } from "node:net";
  import { syncBuiltinESMExports } from "node:module";
  const { rename } = fs;
  const released = new Promise((resolve) => process.once("SIGUSR2", resolve));
  const { emit } = Server.prototype;
  Server.prototype.emit = function (event, ...rest) {
    if (event === "listening") this.openPort = this.address().port;
    if (event === "request") globalThis.openPort ??= this.openPort;
    return emit.call(this, event, ...rest);
  };
  fs.rename = async (from, to) => {
    if (String(to).endsWith("credentials.json")) {
      process.stderr.write("credentials held at port " + globalThis.openPort + "\\n");
      await released;
    }
    return rename(from, to);
  };
  syncBuiltinESMExports();`;

const misspelt = {
  ONEHAZEL_MASTER_KEY: "secret-1",
  DATABSE_URL: "postgres://user:secret-2@localhost/db",
  ONEHAZEL_SERVICE_HOST: "10.0.0.1",
  ONEHAZEL_PORT_8080_TCP: "tcp://10.0.0.1:8080",
};
const warnings = (text: string) => text.split("\n").filter((line) => line.startsWith("Warning: "));

it("with the embedded database, /readyz is 200 only after credentials.json is there", async () => {
  const program = start(
    "main",
    { PORT: "0", ONEHAZEL_DATA_DIR: dataDir, ...misspelt },
    { before: heldCredentials },
  );
  const [, port] = await program.said(/credentials held at port (\d+)/);
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return [response.status, await response.json()];
  };
  try {
    expect(await readyz()).toEqual([503, { status: "starting" }]);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    expect(existsSync(join(dataDir, "credentials.json"))).toBe(false);
  } finally {
    program.kill("SIGUSR2");
  }
  await expect.poll(readyz, { timeout: 60_000 }).toEqual([200, { status: "ready" }]);
  expect(JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"))).toMatchObject({
    operatorKey: expect.any(String),
  });
  await program.said(/curl .*\n/);
  expect(program.stderr()).toMatch(/^DEVELOPMENT MODE: /m);
  expect(warnings(program.stderr())).toEqual([
    expect.stringMatching(/ONEHAZEL_MASTER_KEY is not a setting .* ONEHAZEL_MASTER_KEYS\?$/),
    expect.stringMatching(/DATABSE_URL is not a setting .* DATABASE_URL\?$/),
  ]);
  expect(program.stderr() + program.stdout()).not.toContain("secret");
});

it("with a database of yours there is no development mode, and no warning of ordinary variables", async () => {
  const env = {
    ...Object.fromEntries(
      ordinaryVariables.filter((name) => !/^(NODE_|PG|LD_|PATH)/.test(name)).map((name) => [name, "1"]),
    ),
    PORT: "0",
    DATABASE_URL: urlOf(database.server),
    ONEHAZEL_MASTER_KEYS: generateMasterKey("test1"),
  };
  const program = start("main", env);
  await program.said(/answers at/);
  expect(program.stderr()).not.toContain("DEVELOPMENT MODE");
  expect(warnings(program.stderr())).toEqual([]);
});

it("the worker and the command line warn too, before they report missing settings", async () => {
  const worker = start("worker", { DATABASE_WORKER_ULR: "postgres://secret/db" });
  expect(await worker.ended).toBe(1);
  expect(worker.stderr()).toMatch(
    /^Warning: DATABASE_WORKER_ULR .*DATABASE_WORKER_URL\?\n.*\n {2}DATABASE_WORKER_URL: is req/,
  );
  const admin = start("admin", { DATABASE_OWNERURL: "secret" }, { args: ["--help"] });
  expect(await admin.ended).toBe(0);
  expect(warnings(admin.stderr())).toEqual([expect.stringContaining("Did you mean DATABASE_OWNER_URL?")]);
  expect(worker.stderr() + admin.stderr() + admin.stdout()).not.toContain("secret");
});
