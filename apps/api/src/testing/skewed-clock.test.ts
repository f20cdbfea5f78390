import { createSecretKey, randomBytes } from "node:crypto";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { standingOf } from "./rate-limit-headers.js";
import { type ServerProcess, startServerProcess } from "./server-process.js";
import { issuer, mintToken } from "./sessions.js";
import { player } from "./things.js";

const masterKeys = generateMasterKey("test1");
const jwtSecret = randomBytes(32).toString("hex");
const settings = { JWT_SECRET: jwtSecret, JWT_ISSUER: issuer };
const base = "/operator-data-api";
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Two servers of which one is an hour ahead and the other an hour behind; the database has the time. */
let api: TestApi;
let ahead: ServerProcess;
let behind: ServerProcess;
beforeAll(async () => {
  api = await startApi({ masterKeys });
  const start = (clockAheadMs: number) =>
    startServerProcess(api.database.server, masterKeys, settings, { clockAheadMs });
  const entity = { entityType: "player", externalId: "p1", data: player };
  await api.call("POST", `${base}/entities`, { key: api.ours.operator.key, body: entity });
  [ahead, behind] = await Promise.all([start(hourMs), start(-hourMs)]);
});
afterAll(async () => {
  await Promise.all([ahead, behind].map((server) => server?.kill()));
  await api?.stop();
});

const both = () => [ahead, behind] as const;
const send = (server: ServerProcess, method: string, path: string, body?: object, headers = {}) =>
  call(server.baseUrl, method, path, {
    key: api.ours.operator.key,
    headers,
    ...(body === undefined ? {} : { body }),
  });
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
/** Within some minutes, where a clock that is wrong would be an hour away. */
const expectNow = (time: string) =>
  expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(10 * minuteMs);

describe("whatever the clock of a server says", () => {
  it("what it stores has the database's time", async () => {
    for (const [n, server] of both().entries()) {
      const path = `${base}/entities/timed-${n}`;
      await send(server, "POST", `${base}/entities`, {
        entityType: "player",
        externalId: `timed-${n}`,
        data: player,
      });
      await send(server, "POST", `${path}/events`, { eventType: "session", data: {} });
      await send(server, "PUT", `${path}/state/balance`, { value: 1 });
      const { body: entity } = await send(server, "GET", path);
      const { body: events } = await send(server, "GET", `${path}/events`);
      const { body: states } = await send(server, "GET", `${path}/state`);
      const [event] = events.data;
      for (const time of [
        entity.data.created_at,
        event.occurred_at,
        event.created_at,
        states.data[0].updated_at,
      ])
        expectNow(time);
    }
  });

  it("an event may be some minutes ahead of the database, and not more", async () => {
    const path = `${base}/entities/p1/events`;
    for (const server of both()) {
      const at = (ms: number) =>
        send(server, "POST", path, { eventType: "session", data: {}, occurredAt: inMs(ms) });
      expect((await at(3 * minuteMs)).status).toBe(201);
      expectError(await at(10 * minuteMs), "VALIDATION_FAILED");
      expect((await at(-30 * minuteMs)).status).toBe(201);
    }
  });

  it("a key works until its hour by the database has come", async () => {
    for (const server of both()) {
      const make = (expiresAt: string) =>
        send(server, "POST", "/api-keys", { operatorId: api.ours.operator.id, expiresAt });
      expectError(await make(inMs(-30 * minuteMs)), "VALIDATION_FAILED", { shape: "sentence" });
      const { id, key } = (await make(inMs(30 * minuteMs))).body.data;
      const use = () => call(server.baseUrl, "GET", `${base}/settings`, { key });
      expect((await use()).status).toBe(200);
      await api.sql("update api_keys set expires_at = now() - interval '1 minute' where id = $1", [id]);
      expectError(await use(), "AUTH_EXPIRED");
    }
  });

  it("an answer is remembered for its time and no longer, on either server", async () => {
    const record = (server: ServerProcess, key: string): Promise<Answer> =>
      send(server, "PUT", `${base}/settings`, { dataRetentionDays: 90 }, { "Idempotency-Key": key });
    const replayed = ({ headers }: Answer) => headers.get("idempotency-replayed");
    const expireIn = (interval: string) =>
      api.sql("update idempotency_keys set expires_at = now() + $1::interval where operator_id = $2", [
        interval,
        api.ours.operator.id,
      ]);
    for (const [n, server] of both().entries()) {
      expect(replayed(await record(server, `skewed-${n}`))).toBeNull();
      await expireIn("30 minutes");
      for (const other of both()) expect(replayed(await record(other, `skewed-${n}`))).toBe("true");
      await expireIn("-1 minute");
      expect(replayed(await record(server, `skewed-${n}`))).toBeNull();
    }
  });

  it("a window of calls has at most its minute left", async () => {
    for (const server of both()) {
      const reads = Array.from({ length: 20 }, () => send(server, "GET", `${base}/templates`));
      // It checks what is left of the minute itself.
      const standings = (await Promise.all(reads)).map((answer) => standingOf(answer)?.left);
      expect(new Set(standings).size).toBe(20);
    }
  });
});

it("a session alone goes by the clock of the server that is shown it", async () => {
  const { id } = await api.createUser(api.ours.operator.id);
  const minted = (afterMs: number) =>
    mintToken(createSecretKey(jwtSecret, "utf8"), id, { exp: Math.floor((Date.now() + afterMs) / 1_000) });
  const use = async (server: ServerProcess, token: string) =>
    call(server.baseUrl, "GET", `${base}/settings`, { key: token });
  const soonOver = await minted(30 * minuteMs);
  expectError(await use(ahead, soonOver), "AUTH_EXPIRED");
  expect((await use(behind, soonOver)).status).toBe(200);
  expect((await use(ahead, await minted(90 * minuteMs))).status).toBe(200);
  expectError(await use(behind, await minted(-90 * minuteMs)), "AUTH_EXPIRED");
});
