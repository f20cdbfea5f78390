import { generateMasterKey } from "@onehazel/crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import { openCounters } from "../http/rate-limit/counters.js";
import { call } from "./call.js";
import { type ApiOptions, startApi, type TestApi } from "./harness.js";
import { type RedisProcess, startRedis } from "./redis-process.js";
import { startServerProcess } from "./server-process.js";

const entities = "/operator-data-api/entities";
const away = "the shared store is away";
const back = "the shared store is back";
const authFailuresMax = 30;
const hourMs = 3_600_000;

let redis: RedisProcess;
let api: TestApi;
let bases: readonly string[];
const masterKeys = generateMasterKey("test1");
beforeAll(async () => {
  redis = await startRedis();
  const options: ApiOptions = { masterKeys, redisUrl: redis.url, limits: { authFailuresMax } };
  api = await startApi(options);
  bases = [api.baseUrl, (await api.startTwin()).baseUrl];
});
afterAll(async () => {
  await api?.stop();
  await redis?.stop();
});
beforeEach(() => {
  api.logLines.length = 0;
});

const told = (words: string) => api.logLines.filter((line) => line.includes(words)).length;

/** An operator that nobody has called for yet, with a limit of its own. */
async function operatorWith(read: number): Promise<string> {
  const { id, key } = await api.createOperator(api.ours, { template: false });
  const body = { configuration: { rateLimits: { read } } };
  await api.call("PUT", `/platform-api/operators/${id}`, { key: api.ours.key, body });
  return key;
}

/** As many at once keep every server busy, and none of them waits for a connection of the database for too long. */
const callersAtOnce = 20;

/** How many of many reads, some at once and on every server, were not refused. */
async function admitted(key: string, count: number, on: readonly string[]): Promise<number> {
  const statuses: number[] = [];
  const calls = Array.from({ length: count }, (_, n) => on[n % on.length] as string).values();
  const caller = async () => {
    for (const baseUrl of calls) statuses.push((await call(baseUrl, "GET", entities, { key })).status);
  };
  await Promise.all(Array.from({ length: callersAtOnce }, caller));
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

describe("while the store answers", () => {
  it("two servers admit exactly the limit between them", async () => {
    expect(await admitted(await operatorWith(77), 300, bases)).toBe(77);
  });

  it("two server processes do too, even if their clocks are hours apart", async () => {
    const settings = { REDIS_URL: redis.url };
    const servers = await Promise.all(
      [hourMs, -hourMs].map((clockAheadMs) =>
        startServerProcess(api.database.server, masterKeys, settings, { clockAheadMs }),
      ),
    );
    try {
      const both = servers.map(({ baseUrl }) => baseUrl);
      expect(await admitted(await operatorWith(100), 400, both)).toBe(100);
      const key = await operatorWith(40);
      expect(await admitted(key, 40, [both[0] as string])).toBe(40);
      expect(await admitted(key, 10, [both[1] as string])).toBe(0);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  });

  it("over TLS too, where the process knows the authority", async () => {
    const secured = await startRedis({ tls: true });
    const settings = { REDIS_URL: secured.url, NODE_EXTRA_CA_CERTS: secured.certificate };
    const servers = await Promise.all(
      [1, 2].map(() => startServerProcess(api.database.server, masterKeys, settings)),
    );
    try {
      const both = servers.map(({ baseUrl }) => baseUrl);
      expect(await admitted(await operatorWith(50), 200, both)).toBe(50);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
      await secured.stop();
    }
  });

  it("an address has its failures counted together", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        call(bases[n % 2] as string, "GET", entities, { key: `oh_live_${n}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(authFailuresMax);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100 - authFailuresMax);
  });

  it("nothing stays in it longer than a window", async () => {
    await admitted(await operatorWith(5), 10, bases);
    const client = new Redis(redis.url);
    try {
      const keys = await client.keys("*");
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        const leftMs = await client.pttl(key);
        // -2: over between the two commands.
        expect(leftMs === -2 || (leftMs >= 0 && leftMs <= 60_000)).toBe(true);
      }
    } finally {
      client.disconnect();
    }
  });

  it("a window is fixed: later calls do not move its end, and after it the next begins", async () => {
    const counters = openCounters(redis.url, 1, createLogger("silent"));
    await counters.start();
    try {
      let before = await counters.calls.count("window");
      expect(before.used).toBe(1);
      let ended = false;
      await expect
        .poll(
          async () => {
            const now = await counters.calls.count("window");
            ended = now.used === 1;
            if (!ended) {
              expect(now.used).toBe(before.used + 1);
              expect(now.resetAfterMs).toBeLessThanOrEqual(before.resetAfterMs);
            }
            before = now;
            return ended;
          },
          { timeout: 60_000, interval: 20 },
        )
        .toBe(true);
    } finally {
      counters.stop();
    }
  });
});

describe("when the store goes away and comes back", () => {
  it("killed in the middle of a load: nobody notices, and servers count together again afterwards", async () => {
    const key = await operatorWith(1_000_000);
    const statuses: number[] = [];
    let loading = true;
    const load = Array.from({ length: 8 }, async (_, n) => {
      while (loading) statuses.push((await call(bases[n % 2] as string, "GET", entities, { key })).status);
    });
    const after = async (more: number) => {
      const target = statuses.length + more;
      await expect.poll(() => statuses.length, { timeout: 60_000 }).toBeGreaterThan(target);
    };
    await after(200);
    await redis.kill();
    await after(400);
    expect(told(away)).toBe(2);
    await redis.start();
    await expect.poll(() => told(back), { timeout: 120_000 }).toBe(2);
    await after(200);
    loading = false;
    await Promise.all(load);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([told(away), told(back)]).toEqual([2, 2]);
    expect(await admitted(await operatorWith(60), 200, bases)).toBe(60);
  });

  it("while it hangs, each server counts for itself without waiting for it", async () => {
    const key = await operatorWith(20);
    const burst = async (as: string) => {
      const startedMs = performance.now();
      const reads = Array.from({ length: 100 }, (_, n) =>
        call(bases[n % 2] as string, "GET", entities, { key: as }),
      );
      const statuses = (await Promise.all(reads)).map(({ status }) => status);
      return { statuses, durationMs: performance.now() - startedMs };
    };
    const usual = await burst(await operatorWith(20));
    redis.pause();
    try {
      const { statuses, durationMs } = await burst(key);
      expect(statuses.filter((status) => status === 200)).toHaveLength(40);
      expect(statuses.filter((status) => status === 429)).toHaveLength(60);
      // Less than the connection itself would take to be given up, over what as many calls take anyway on this machine.
      expect(durationMs).toBeLessThan(2 * usual.durationMs + 4_000);
      expect(told(away)).toBe(2);
      // From now on nobody asks it any more.
      for (let n = 0; n < 20; n += 1) await call(bases[n % 2] as string, "GET", entities, { key });
      expect(told(away)).toBe(2);
    } finally {
      redis.resume();
    }
    await expect.poll(() => told(back), { timeout: 120_000 }).toBe(2);
    expect(await admitted(await operatorWith(30), 100, bases)).toBe(30);
  });

  it("one that takes no writes counts as away until it does", async () => {
    const client = new Redis(redis.url);
    try {
      await client.config("SET", "maxmemory", "1");
      const key = await operatorWith(1_000);
      for (const base of bases) expect((await call(base, "GET", entities, { key })).status).toBe(200);
      expect(told(away)).toBe(2);
      await client.config("SET", "maxmemory", "0");
      await expect.poll(() => told(back), { timeout: 120_000 }).toBe(2);
    } finally {
      client.disconnect();
    }
    expect(await admitted(await operatorWith(30), 100, bases)).toBe(30);
  });
});
