import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "../config.js";
import { createLogger } from "../http/log.js";
import { openServerPool } from "../start/database.js";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";

const bodyBytesMax = { single: 2_000, batch: 5_000 };
const base = "/operator-data-api";
const game = (padding: number) => ({
  entityType: "game",
  externalId: "g",
  data: { name: "x".repeat(padding) },
});

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ bodyBytesMax });
});
afterAll(() => api.stop());

const post = (path: string, body: unknown) =>
  api.call("POST", `${base}/${path}`, { key: api.ours.operator.key, body });

it("a server that was told to take less than the spec promises refuses what is beyond, and takes the rest", async () => {
  expect((await post("entities", game(1_800))).status).toBe(201);
  expectError(await post("entities", game(2_000)), "PAYLOAD_TOO_LARGE");
  expect((await post("batch/entities", [game(4_800)])).status).toBe(200);
  expectError(await post("batch/entities", [game(5_000)]), "PAYLOAD_TOO_LARGE");
});

it("the bounds of the database that the environment names hold in every session of a server", async () => {
  const { host, port, user, database } = api.database.server;
  const config = readConfig({
    DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host ?? "")}&port=${port}`,
    ONEHAZEL_MASTER_KEYS: generateMasterKey("test1"),
    DATABASE_POOL_MAX: "3",
    STATEMENT_TIMEOUT_MS: "16001",
    // Less than a session waits for one lock before it gives its connection back.
    LOCK_TIMEOUT_MS: "150",
  });
  const db = openServerPool(
    { connectionString: config.databaseUrl as string },
    config,
    createLogger("silent"),
  );
  const sessions = await Promise.all(
    Array.from({ length: 12 }, () =>
      db.query<{ pid: number }>(
        "bounds",
        `select pg_backend_pid() as pid, current_setting('statement_timeout') as statement,
           current_setting('lock_timeout') as lock, pg_sleep(0.05)::text as slept`,
      ),
    ),
  );
  const rows = sessions.flatMap((answer) => answer.rows);
  expect(new Set(rows.map(({ pid }) => pid)).size).toBe(3);
  for (const row of rows) expect(row).toMatchObject({ statement: "16001ms", lock: "150ms" });
  await db.close();
});

it("every answer tells a browser to run nothing, frame nothing and keep nothing of it", async () => {
  const { key } = api.ours.operator;
  const answers = [
    await api.call("GET", `${base}/entities`, { key }),
    await api.call("GET", `${base}/entities`, {}),
    await api.call("GET", "/nowhere", {}),
    await api.call("GET", "/readyz", {}),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 200]);
  for (const { headers } of answers) {
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "strict-transport-security": expect.stringMatching(/^max-age=\d{8}/),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(headers.has("x-powered-by")).toBe(false);
    expect(headers.has("access-control-allow-origin")).toBe(false);
  }
});
