import type { DatabaseOptions } from "@onehazel/db";
import { useOwnCluster } from "@onehazel/db/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";
/** Less than a request waits for a connection here. */
const quicklyMs = 30_000;

let api: TestApi;
let stopCluster: () => Promise<void>;
beforeAll(async () => {
  // A cluster of our own, since we break it; the other files go on with theirs.
  stopCluster = (await useOwnCluster()).leave;
  api = await startApi();
});
afterAll(async () => {
  await api.stop();
  await stopCluster();
});

interface Server {
  readonly baseUrl: string;
  readonly proxy: PostgresProxy;
  stop(): Promise<void>;
}

async function startBehindProxy(options: Partial<DatabaseOptions> = {}): Promise<Server> {
  const proxy = await startPostgresProxy(api.database.server);
  const { baseUrl, stop } = await api.startTwin({ ...proxy.address, poolMax: 4, ...options });
  return {
    baseUrl,
    proxy,
    stop: async () => {
      proxy.become("refuse");
      proxy.cutAll();
      await stop();
      await proxy.stop();
    },
  };
}

async function timed(answer: Promise<Answer>): Promise<Answer & { durationMs: number }> {
  const startedMs = performance.now();
  return { ...(await answer), durationMs: performance.now() - startedMs };
}

const upsert = (baseUrl: string) =>
  call(baseUrl, "POST", entities, {
    key: api.ours.operator.key,
    body: { entityType: "player", externalId: "p1", data: player },
  });
const get = (baseUrl: string, path: string, key?: string) => call(baseUrl, "GET", path, { key });

/** One call of each kind that needs the database. */
const kinds: Record<string, (baseUrl: string) => Promise<Answer>> = {
  upsert,
  read: (baseUrl) => get(baseUrl, `${entities}/p1`, api.ours.operator.key),
  list: (baseUrl) => get(baseUrl, entities, api.ours.operator.key),
  "platform call": (baseUrl) => get(baseUrl, "/platform-api/operators", api.ours.key),
};

function expectUnavailable({ status, headers, body }: Answer): void {
  expect([status, body.error.code, headers.get("retry-after")]).toEqual([503, "SERVICE_UNAVAILABLE", "1"]);
}

async function expectWell(baseUrl: string): Promise<void> {
  for (const send of Object.values(kinds)) expect([200, 201]).toContain((await send(baseUrl)).status);
  expect((await get(baseUrl, "/readyz")).status).toBe(200);
}

async function expectAway(baseUrl: string): Promise<void> {
  for (const send of Object.values(kinds)) {
    const answer = await timed(send(baseUrl));
    expectUnavailable(answer);
    expect(answer.durationMs).toBeLessThan(quicklyMs);
  }
  const ready = await get(baseUrl, "/readyz");
  expect([ready.status, ready.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await get(baseUrl, "/livez")).status).toBe(200);
}

describe("a database that goes away", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startBehindProxy();
  });
  afterEach(() => server.proxy.become("open"));
  afterAll(() => server.stop());

  it("is a 503 at once, and is used again when it is back", async () => {
    const { baseUrl, proxy } = server;
    await expectWell(baseUrl);
    for (let outages = 0; outages < 2; outages += 1) {
      proxy.become("refuse");
      proxy.cutAll();
      await expectAway(baseUrl);
      proxy.become("open");
      await expectWell(baseUrl);
    }
  });

  it("is told as a sentence where errors are sentences", async () => {
    const { baseUrl, proxy } = server;
    proxy.become("refuse");
    proxy.cutAll();
    const { status, headers, body } = await get(baseUrl, "/api-keys", api.ours.operator.key);
    expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    expect(body).toEqual({
      success: false,
      error: expect.any(String),
      code: "SERVICE_UNAVAILABLE",
      requestId: headers.get("x-request-id"),
    });
  });

  it("in the middle of requests is a 503 to them and nothing worse", async () => {
    const { baseUrl, proxy } = server;
    await expectWell(baseUrl);
    const statuses = new Set<number>();
    for (let cuts = 0; cuts < 20; cuts += 1) {
      const running = Array.from({ length: 8 }, () => upsert(baseUrl));
      proxy.after(1 + cuts, "cut");
      for (const { status } of await Promise.all(running)) statuses.add(status);
    }
    proxy.callOff();
    expect([...statuses].sort()).toEqual([200, 503]);
    await expectWell(baseUrl);
  });

  it("does not matter to a connection that was idle", async () => {
    const { baseUrl, proxy } = server;
    await expectWell(baseUrl);
    proxy.cutAll();
    await proxy.settled();
    await expectWell(baseUrl);
  });

  it("crashes and recovers by itself: so do we", async () => {
    await expectWell(api.baseUrl);
    const [victim] = await api.sql<{ pid: number }>(
      "select pid from pg_stat_activity where datname = $1 and usename = 'onehazel_server' limit 1",
      [api.database.databaseName],
    );
    process.kill(victim?.pid ?? 0, "SIGKILL");
    const seen = new Set<number>();
    await expect
      .poll(
        async () => {
          const answer = await upsert(api.baseUrl);
          seen.add(answer.status);
          return answer.status;
        },
        { interval: 5, timeout: 60_000 },
      )
      .toBe(200);
    for (const status of seen) expect([200, 503]).toContain(status);
    await expect.poll(async () => (await get(api.baseUrl, "/readyz")).status).toBe(200);
    await expectWell(api.baseUrl);
  });
});

describe.concurrent("a database that does not answer", () => {
  let servers: readonly [Server, Server];
  let narrow: Awaited<ReturnType<TestApi["startTwin"]>>;
  beforeAll(async () => {
    const options = { acquireTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
    servers = [await startBehindProxy(options), await startBehindProxy(options)];
    narrow = await api.startTwin({ poolMax: 1, acquireTimeoutMs: 5_000 });
  });
  afterAll(async () => {
    for (const { stop } of [...servers, narrow]) await stop();
  });

  it("makes a request wait for a while, not for ever", async () => {
    const { baseUrl, proxy } = servers[0];
    await upsert(baseUrl);
    proxy.become("stall");
    const ready = get(baseUrl, "/readyz");
    const [established, fresh] = await Promise.all([upsert(baseUrl), upsert(baseUrl)]);
    expectUnavailable(established);
    expectUnavailable(fresh);
    expect((await ready).status).toBe(503);
    expect((await get(baseUrl, "/livez")).status).toBe(200);
    proxy.become("open");
    await expectWell(baseUrl);
  });

  it("nor in the middle of a transaction", async () => {
    const { baseUrl, proxy } = servers[1];
    const update = () =>
      call(baseUrl, "PUT", "/operator-data-api/settings", {
        key: api.ours.operator.key,
        body: { dataRetentionDays: 90 },
      });
    expect((await update()).status).toBe(200);
    proxy.after(12, "stall");
    const answer = await timed(update());
    expectUnavailable(answer);
    expect(answer.durationMs).toBeLessThan(60_000);
    proxy.become("open");
    expect((await update()).status).toBe(200);
    await expectWell(baseUrl);
  });

  it("because its pool is full for five seconds: 503, and well again when there is room", async () => {
    const { baseUrl, db } = narrow;
    const only = await db.pool.connect();
    const answer = await timed(upsert(baseUrl));
    expectUnavailable(answer);
    expect(answer.durationMs).toBeGreaterThan(4_900);
    expect(answer.durationMs).toBeLessThan(30_000);
    only.release();
    await expectWell(baseUrl);
  });
});
