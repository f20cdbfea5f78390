import { describe, expect, it } from "vitest";
import type { BulkFailure, BulkOptions, BulkProgress } from "./index.js";
import {
  answer,
  batches,
  bulkClient,
  type Game,
  games,
  load,
  refusal,
  stopped,
  stored,
} from "./testing/batches.js";
import { rejectionOf } from "./testing/clients.js";

describe("a bulk load", () => {
  it("sends chunks of 1,000 entities, a few at once, and each item once", async () => {
    const server = batches();
    const result = await load(server, games(20_500));
    expect(result).toMatchObject({
      read: 20_500,
      succeeded: 20_500,
      failed: 0,
      settled: 20_500,
      failures: [],
    });
    expect(result.chunks).toBe(server.requests.length);
    expect(Math.max(...server.requests.map(({ items }) => items.length))).toBe(1_000);
    const ids = server.requests.flatMap(({ items }) => items.map(({ externalId }) => externalId));
    expect([ids.length, new Set(ids).size]).toEqual([20_500, 20_500]);
    expect(server.together()).toBe(4);
  });

  it("sends chunks of 5,000 events, and 1,000 states", async () => {
    const server = batches();
    const { events, states } = bulkClient(server);
    const event = { externalId: "p", eventType: "session", data: {}, occurredAt: new Date(0) };
    await events.recordMany(Array(12_000).fill(event));
    expect(server.requests.map(({ items }) => items.length)).toEqual([5_000, 5_000, 2_000]);
    server.requests.length = 0;
    await states.setMany(Array(1_500).fill({ externalId: "p", stateKey: "balance", value: 1 }));
    expect(server.requests.map(({ items }) => items.length)).toEqual([1_000, 500]);
  });

  it("takes from its source only what it has room for, so that a million items take no more memory", async () => {
    let [taken, arrived, ahead] = [0, 0, 0];
    const server = batches(({ items }) => {
      arrived += items.length;
      return undefined;
    });
    async function* source() {
      for (const game of games(100_000)) {
        ahead = Math.max(ahead, ++taken - arrived);
        yield game;
      }
    }
    await bulkClient(server).entities.upsertMany(source(), { concurrency: 2 });
    expect(taken).toBe(100_000);
    expect(ahead).toBeLessThanOrEqual(2 * 2 * 1_000 + 1);
  });

  it("never has two items of one externalId on their way in two chunks, and the last one wins", async () => {
    const travelling = new Set<string>();
    const last = new Map<string, unknown>();
    const server = batches(async ({ items }) => {
      const ids = new Set(items.map(({ externalId }) => externalId));
      for (const id of ids) expect(travelling.has(id)).toBe(false);
      for (const id of ids) travelling.add(id);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      for (const id of ids) travelling.delete(id);
      for (const { externalId, data } of items) last.set(externalId, data.index);
      return undefined;
    });
    await load(
      server,
      games(30_000, (index) => `p${index % 7_000}`),
      { concurrency: 8 },
    );
    for (let player = 0; player < 7_000; player++) {
      const index = [28_000, 21_000].map((first) => first + player).find((at) => at < 30_000);
      expect(last.get(`p${player}`)).toBe(index);
    }
  });

  it("bounds a chunk by its bytes, and an item beyond 1 MiB fails by itself", async () => {
    const server = batches();
    const large = [...games(40)].map((game) => ({ ...game, data: { text: "é".repeat(450_000) } }));
    large[7] = { ...large[7], data: { text: "é".repeat(600_000) } } as (typeof large)[0];
    const result = await load(server, large as never, { concurrency: 1 });
    expect(result).toMatchObject({ succeeded: 39, failed: 1 });
    expect(result.failures).toMatchObject([
      { index: 7, item: { externalId: "g7" }, code: "PAYLOAD_TOO_LARGE" },
    ]);
    for (const { bytes } of server.requests) expect(bytes).toBeLessThanOrEqual(16 * 2 ** 20);
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  it("halves a chunk that is answered 413, and remembers how much was taken", async () => {
    const server = batches(({ bytes }) => (bytes > 100_000 ? answer(413, {}) : undefined));
    const items = [...games(3_000)].map((game) => ({ ...game, data: { text: "x".repeat(150) } }));
    expect(await load(server, items as never, { concurrency: 1 })).toMatchObject({
      succeeded: 3_000,
      failed: 0,
    });
    expect(server.requests.filter(({ bytes }) => bytes > 100_000).length).toBeLessThanOrEqual(3);
    expect(new Set(server.requests.map(({ key }) => key)).size).toBe(server.requests.length);
  });

  it("stops at a chunk that is rejected as a whole for another reason, since every other chunk would be too", async () => {
    const server = batches(() => refusal(400, "VALIDATION_FAILED"));
    await expect(load(server, games(3_000), { concurrency: 1 })).rejects.toMatchObject({
      cause: { code: "VALIDATION_FAILED" },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("what a bulk load can't store", () => {
  const bad = (items: readonly { externalId: string }[]) =>
    items.flatMap(({ externalId }, index) =>
      /7$/.test(externalId) ? [{ index, externalId, code: "VALIDATION_FAILED", message: "No" }] : [],
    );

  it("comes back with its source item and its place", async () => {
    const server = batches(({ items }) => stored(items, bad(items)));
    const source = [...games(1_000)];
    const { succeeded, failed, failures } = await load(server, source);
    expect([succeeded, failed, failures.length]).toEqual([900, 100, 100]);
    for (const [at, { item, index }] of failures.entries()) {
      expect(index).toBe(at * 10 + 7);
      expect(item).toBe(source[index]);
    }
  });

  it("is given to onFailure one by one, awaited, and none is kept", async () => {
    const server = batches(({ items }) => stored(items, bad(items)));
    const told: number[] = [];
    let now = 0;
    const onFailure = async ({ index }: BulkFailure<Game>) => {
      expect(++now).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      told.push(index);
    };
    const { failed, failures } = await load(server, games(20_000), { onFailure });
    expect([failed, told.length, failures]).toEqual([2_000, 2_000, []]);
  });

  it("and nobody is told of stops it after 1,000, with the rest in unfinished", async () => {
    const server = batches(({ items }) => stored(items, bad(items)));
    const { progress, failures, unfinished, cause } = await stopped(load(server, games(50_000)));
    expect((cause as Error).message).toContain("onFailure");
    expect(failures).toHaveLength(1_000);
    expect(progress.succeeded + progress.failed + unfinished.length).toBe(progress.read);
  });

  it("is never sent if it can't be: NaN, a cycle, no externalId, '..'", async () => {
    const server = batches();
    const items = [
      { ...[...games(1)][0], data: { value: Number.NaN } },
      { entityType: "game", data: {} },
      { entityType: "game", externalId: "..", data: {} },
      null,
      ...games(1),
    ];
    const { succeeded, failures } = await load(server, items as Game[]);
    expect([succeeded, failures.map(({ code }) => code)]).toEqual([1, Array(4).fill("VALIDATION_FAILED")]);
    expect(server.requests.flatMap(({ items }) => items)).toHaveLength(1);
  });

  it("is sent again where that can help: an event alone, an entity with what came after it", async () => {
    const passing = { index: 1, externalId: "g1", code: "SERVICE_UNAVAILABLE", message: "Later" };
    const server = batches(({ items }, number) => stored(items, number === 1 ? [passing] : []));
    expect(await load(server, games(3), { concurrency: 1 })).toMatchObject({ succeeded: 3, failed: 0 });
    expect(server.requests.map(({ items }) => items.map(({ data }) => data.index))).toEqual([
      [0, 1, 2],
      [1, 2],
    ]);
    const recorder = batches(({ items }, number) => stored(items, number === 1 ? [passing] : []));
    const events = [...games(3)].map((game) => ({ ...game, eventType: "session" }));
    await bulkClient(recorder).events.recordMany(events, { concurrency: 1 });
    expect(recorder.requests.map(({ items }) => items.length)).toEqual([3, 1]);
    const never = batches(({ items }) =>
      stored(items, items.length > 1 ? [passing] : [{ ...passing, index: 0 }]),
    );
    const { failures } = await load(never, games(2), { concurrency: 1, retries: 2 });
    expect(failures).toMatchObject([{ index: 1, code: "SERVICE_UNAVAILABLE" }]);
    expect(never.requests).toHaveLength(3);
  });
});

describe("the keys of a bulk load", () => {
  it("are the same when the same load is run again under one idempotencyKey, and differ otherwise", async () => {
    const run = async (options: BulkOptions<Game>) => {
      const server = batches(({ bytes }) => (bytes > 40_000 ? answer(413, {}) : undefined));
      await load(
        server,
        games(12_345, (index) => `p${index % 3_000}`),
        options,
      );
      return server.requests.map(({ key }) => key).sort();
    };
    const first = await run({ idempotencyKey: "import-1" });
    expect(new Set(first).size).toBe(first.length);
    expect(await run({ idempotencyKey: "import-1" })).toEqual(first);
    for (const other of [await run({ idempotencyKey: "import-2" }), await run({})])
      expect(other.some((key) => first.includes(key))).toBe(false);
  });

  it("tell two equal chunks apart", async () => {
    const server = batches();
    const event = { externalId: "p", eventType: "session", data: {} };
    await bulkClient(server).events.recordMany(Array(10_000).fill(event), { idempotencyKey: "k" });
    expect(new Set(server.requests.map(({ key }) => key)).size).toBe(2);
  });
});

describe("onProgress", () => {
  it("tells of every chunk, and never goes back", async () => {
    const told: BulkProgress[] = [];
    await load(batches(), games(10_000), { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toMatchObject({ read: 10_000, succeeded: 10_000, settled: 10_000 });
    expect(told.map(({ chunks }) => chunks)).toEqual(told.map((_, index) => index + 1));
    const settled = told.map((progress) => progress.settled);
    expect(settled).toEqual([...settled].sort((a, b) => a - b));
  });
});

describe("options of a bulk load out of bounds are refused", () => {
  it.each([{ concurrency: 0 }, { concurrency: 33 }, { concurrency: 1.5 }, { idempotencyKey: "ä" }])(
    "%j",
    async (options) => {
      const server = batches();
      expect(await rejectionOf(load(server, games(1), options))).toMatchObject({ name: "ArgumentError" });
      expect(server.requests).toHaveLength(0);
    },
  );
});
