import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Program, startProgram } from "../testing/program.js";

let parent: string;
let dataDir: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "onehazel start's "));
  dataDir = join(parent, "data");
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const running: Program[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill("SIGTERM");
    await program.ended;
  }
});

function serve(env: Record<string, string> = {}): Program {
  const program = startProgram("main", { env: { PORT: "0", ONEHAZEL_DATA_DIR: dataDir, ...env } });
  running.push(program);
  return program;
}

async function baseUrlOf(program: Program): Promise<string> {
  await program.said(/curl .*\n/);
  return (await program.said(/answers at (\S+)/))[1] as string;
}

const credentials = (dir = dataDir) => JSON.parse(readFileSync(join(dir, "credentials.json"), "utf8"));
const postgresIsUp = (dir = dataDir) => existsSync(join(dir, "postgres", "cluster", "postmaster.pid"));

async function stop(program: Program, signal: NodeJS.Signals = "SIGINT"): Promise<void> {
  program.kill(signal);
  expect(await program.ended).toBe(0);
  expect(program.stdout()).toContain('"msg":"stopped"');
}

it("a newcomer gets a database, a demo and a line to paste; the next start finds all of it again", async () => {
  const first = serve();
  const baseUrl = await baseUrlOf(first);
  const made = credentials();
  expect(made).toEqual({
    baseUrl,
    platformId: expect.stringMatching(/^plat_[0-9a-f]{16}$/),
    platformKey: expect.stringMatching(/^oh_platform_[0-9a-f]{64}$/),
    operatorId: expect.stringMatching(/^op_[0-9a-f]{16}$/),
    operatorKey: expect.stringMatching(/^oh_live_[0-9a-f]{64}$/),
  });
  expect(statSync(join(dataDir, "credentials.json")).mode & 0o777).toBe(0o600);
  expect(first.stderr() + first.stdout()).not.toContain(made.operatorKey);

  const [curl] = await first.said(/^curl .*$/m);
  const pasted = await promisify(execFile)("bash", ["-c", curl]);
  expect(JSON.parse(pasted.stdout)).toMatchObject({ data: { externalId: "player_1", action: "created" } });
  await stop(first);
  expect(postgresIsUp()).toBe(false);

  const second = serve();
  const secondUrl = await baseUrlOf(second);
  expect(credentials()).toEqual({ ...made, baseUrl: secondUrl });
  const headers = { authorization: `Bearer ${made.operatorKey}` };
  const found = await fetch(`${secondUrl}/operator-data-api/entities/player_1`, { headers });
  expect(await found.json()).toMatchObject({ data: { data: { email: "ada@example.com" } } });
  await stop(second, "SIGTERM");
  expect(postgresIsUp()).toBe(false);
});

it("the command line and a second server share the database with the one that runs, and leave it running", async () => {
  const program = serve();
  const baseUrl = await baseUrlOf(program);
  const { operatorId, operatorKey, platformKey } = credentials();
  const env = { ONEHAZEL_DATA_DIR: dataDir };
  const suspending = startProgram("admin", { env, args: ["operator:suspend", operatorId, "--json"] });
  expect(await suspending.ended).toBe(0);
  expect(suspending.stderr()).not.toContain("starting PostgreSQL");
  const as = (key: string) => ({ authorization: `Bearer ${key}`, "content-type": "application/json" });
  const refused = await fetch(`${baseUrl}/api-keys`, { headers: as(operatorKey) });
  expect(await refused.json()).toMatchObject({ code: "AUTH_SUSPENDED" });
  const path = `${baseUrl}/platform-api/operators/${operatorId}`;
  const body = '{"status":"active"}';
  expect(await fetch(path, { method: "PUT", headers: as(platformKey), body })).toMatchObject({ status: 200 });

  const twin = serve();
  const twinUrl = await baseUrlOf(twin);
  expect(credentials()).toMatchObject({ baseUrl, operatorKey });
  expect((await fetch(`${twinUrl}/readyz`)).status).toBe(200);
  await stop(twin);
  expect((await fetch(`${baseUrl}/readyz`)).status).toBe(200);
  await stop(program);
  expect(postgresIsUp()).toBe(false);
});

it("a demo whose operator was suspended stays what it is, and the next start says so", async () => {
  const made = credentials();
  const env = { ONEHAZEL_DATA_DIR: dataDir };
  const suspending = startProgram("admin", { env, args: ["operator:suspend", made.operatorId] });
  expect(await suspending.ended).toBe(0);
  const program = serve();
  await program.said(/keys in .* do not work any more/);
  const baseUrl = (await program.said(/answers at (\S+)/))[1] as string;
  expect(credentials()).toEqual({ ...made, baseUrl });
  const reactivated = await fetch(`${baseUrl}/platform-api/operators/${made.operatorId}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${made.platformKey}`, "content-type": "application/json" },
    body: '{"status":"active"}',
  });
  expect(reactivated.status).toBe(200);
  await stop(program);
});

it("a server that was killed leaves its credentials to the next one, wherever that listens", async () => {
  const killed = serve();
  const baseUrl = await baseUrlOf(killed);
  const made = credentials();
  killed.kill("SIGKILL");
  await killed.ended;
  expect(postgresIsUp()).toBe(true);
  const next = serve();
  const nextUrl = await baseUrlOf(next);
  expect(nextUrl).not.toBe(baseUrl);
  expect(credentials()).toEqual({ ...made, baseUrl: nextUrl });
  await stop(next);
});

it("a taken port is a clear error that starts nothing", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  const program = serve({ PORT: String(port) });
  expect(await program.ended).toBe(1);
  expect(program.stderr()).toMatch(new RegExp(`^Port ${port} is taken\\.[^\\n]*\\n$`));
  expect(postgresIsUp()).toBe(false);
  taken.close();
});

it("being asked to stop while still starting leaves nothing running and is no failure", async () => {
  const program = serve();
  await program.said(/starting PostgreSQL/);
  await stop(program);
  expect(postgresIsUp()).toBe(false);
});

it("a new database gets a new demo; a kept file of the old one is no obstacle", async () => {
  const old = credentials();
  rmSync(join(dataDir, "postgres"), { recursive: true });
  const program = serve();
  await baseUrlOf(program);
  expect(credentials().operatorKey).not.toBe(old.operatorKey);
  expect(credentials().platformId).not.toBe(old.platformId);
  await stop(program);
});

it("the command line alone starts an empty database, works on it and stops it", async () => {
  const env = { ONEHAZEL_DATA_DIR: join(parent, "other") };
  const args = ["platform:create", "--name", "First", "--json"];
  const program = startProgram("admin", { env, args });
  expect(await program.ended).toBe(0);
  expect(program.stdout()).toMatch(
    /^\{"platformId":"plat_[0-9a-f]{16}","platformKey":"oh_platform_[0-9a-f]{64}"\}\n$/,
  );
  expect(postgresIsUp(env.ONEHAZEL_DATA_DIR)).toBe(false);
});
