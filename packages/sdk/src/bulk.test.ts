import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { BulkFailure, BulkOptions, BulkProgress } from "./index.js";
import { type BulkError, isAbortError, isAPIError, isBulkError, isRateLimitError } from "./index.js";
import { answer, batches, games, refusal, stored } from "./testing/batches.js";
import { operatorClient, rejectionOf, testClock } from "./testing/clients.js";

type Game = ReturnType<typeof games> extends Generator<infer Item> ? Item : never;
const client = (server: ReturnType<typeof batches>, clock = testClock()) =>
  operatorClient("http://localhost:9", { fetch: server.fetch, clock });
const load = (server: ReturnType<typeof batches>, items: Iterable<Game>, options?: BulkOptions<Game>) =>
  client(server).entities.upsertMany(items, options);
const stopped = async (promise: Promise<unknown>): Promise<BulkError<Game>> => {
  const error = await rejectionOf(promise);
  expect(isBulkError(error)).toBe(true);
  return error as BulkError<Game>;
};

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
    const { events, states } = client(server);
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
    await client(server).entities.upsertMany(source(), { concurrency: 2 });
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

  it("takes out the items that a chunk is refused for whole", async () => {
    const server = batches(({ items }) => {
      const index = items.findIndex(({ externalId }) => externalId === "g300" || externalId === "g700");
      const details = [{ field: `[${index}].data.name`, message: "must not hold U+0000" }];
      return index < 0 ? undefined : refusal(400, "VALIDATION_FAILED", {}, { details });
    });
    const { succeeded, failures } = await load(server, games(1_000), { concurrency: 1 });
    expect([succeeded, failures.map(({ index }) => index)]).toEqual([998, [300, 700]]);
    expect(failures[0]).toMatchObject({
      code: "VALIDATION_FAILED",
      message: "data.name: must not hold U+0000",
      item: { externalId: "g300" },
    });
    expect(server.requests).toHaveLength(3);
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
    await client(recorder).events.recordMany(events, { concurrency: 1 });
    expect(recorder.requests.map(({ items }) => items.length)).toEqual([3, 1]);
    const never = batches(({ items }) =>
      stored(items, items.length > 1 ? [passing] : [{ ...passing, index: 0 }]),
    );
    const { failures } = await load(never, games(2), { concurrency: 1, retries: 2 });
    expect(failures).toMatchObject([{ index: 1, code: "SERVICE_UNAVAILABLE" }]);
    expect(never.requests).toHaveLength(3);
  });
});

describe("a bulk load in trouble", () => {
  it("sends a chunk again under the same key, beyond any deadline", async () => {
    const server = batches((_, number) =>
      number <= 6 ? refusal(503, "SERVICE_UNAVAILABLE", { "retry-after": "50" }) : undefined,
    );
    expect(await load(server, games(10), { concurrency: 1 })).toMatchObject({ succeeded: 10 });
    expect(server.requests).toHaveLength(7);
    expect(new Set(server.requests.map(({ key }) => key)).size).toBe(1);
  });

  it("429: the whole pool pauses until Retry-After, and no retry is spent", async () => {
    const clock = testClock(0);
    let limitedUntilMs = 0;
    const server = batches((_, number) => {
      if (number % 5 === 0) limitedUntilMs = clock.now() + 30_000;
      const waitMs = limitedUntilMs - clock.now();
      return waitMs > 0
        ? refusal(429, "RATE_LIMITED", { "retry-after": String(Math.ceil(waitMs / 1000)) })
        : undefined;
    });
    const result = await client(server, clock).entities.upsertMany(games(40_000), { retries: 0 });
    expect(result).toMatchObject({ succeeded: 40_000, failed: 0 });
    expect(clock.waitsMs.every((waitMs) => waitMs <= 30_000)).toBe(true);
    expect(clock.waitsMs.length).toBeGreaterThan(5);
  });

  it("429 for over 15 minutes stops it, with the rest unfinished", async () => {
    const clock = testClock(0);
    const server = batches(() => refusal(429, "RATE_LIMITED", { "retry-after": "300" }));
    const { cause, unfinished, progress } = await stopped(
      client(server, clock).entities.upsertMany(games(10)),
    );
    expect(isRateLimitError(cause) && cause.retryAfterMs).toBe(300_000);
    expect([progress.succeeded, unfinished.length]).toEqual([0, 10]);
    const waitedMs = clock.waitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
    expect(waitedMs).toBeGreaterThan(500_000);
    expect(waitedMs).toBeLessThanOrEqual(900_000);
  });

  it("429 with Retry-After: 3600 fails at once", async () => {
    const clock = testClock(0);
    const server = batches(() => refusal(429, "RATE_LIMITED", { "retry-after": "3600" }));
    const { cause } = await stopped(client(server, clock).entities.upsertMany(games(1)));
    expect([isRateLimitError(cause), clock.waitsMs, server.requests.length]).toEqual([true, [], 1]);
  });

  it("stops at what no retry helps: every item is stored, a failure or unfinished, in the source's order", async () => {
    const server = batches((_, number) => (number === 7 ? refusal(401, "AUTH_REVOKED") : undefined));
    const error = await stopped(load(server, games(50_000)));
    expect(isAPIError(error.cause, "AUTH_REVOKED")).toBe(true);
    const { progress, unfinished } = error;
    expect(progress.succeeded + unfinished.length).toBe(progress.read);
    expect(progress.read).toBeLessThan(50_000);
    const places = unfinished.map(({ data }) => data.index as number);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(progress.settled).toBe(places[0]);
    const sent = new Set(server.requests.flatMap(({ items }) => items.map(({ data }) => data.index)));
    for (let place = 0; place < progress.settled; place++) expect(sent.has(place)).toBe(true);
    expect(Object.keys(error)).not.toContain("unfinished");
  });

  it("a report on other items than were sent is not believed", async () => {
    const server = batches(() => stored([1, 2, 3]));
    expect((await stopped(load(server, games(2)))).cause).toMatchObject({ name: "DecodeError" });
  });

  it("a source that throws stops it after what is on its way", async () => {
    const server = batches();
    const thrown = new Error("line 4001");
    function* source() {
      yield* games(4_000);
      throw thrown;
    }
    const { cause, progress, unfinished } = await stopped(load(server, source(), { concurrency: 1 }));
    expect([cause, progress.read]).toEqual([thrown, 4_000]);
    expect(progress.succeeded + unfinished.length).toBe(4_000);
  });

  it.each(["onFailure", "onProgress"] as const)("%s that throws stops it", async (name) => {
    const thrown = new Error("disk full");
    const server = batches(({ items }) =>
      stored(items, [{ index: 0, externalId: "x", code: "VALIDATION_FAILED", message: "No" }]),
    );
    const options = {
      [name]: () => {
        throw thrown;
      },
    };
    expect((await stopped(load(server, games(10), options))).cause).toBe(thrown);
  });
});

describe("the caller aborts a bulk load", () => {
  const reason = new Error("the user left");
  it("while the source hangs: it stops at once, the source is closed, no listener is left", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    async function* source() {
      yield* games(10);
      await new Promise(() => undefined);
    }
    setTimeout(() => controller.abort(reason), 20);
    const { cause, unfinished } = await stopped(client(batches()).entities.upsertMany(source(), { signal }));
    expect(isAbortError(cause) && cause.cause).toBe(reason);
    expect(unfinished).toHaveLength(10);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("while a request hangs, and before it begins", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const server = batches(() => new Promise(() => undefined));
    setTimeout(() => controller.abort(reason), 20);
    const error = await stopped(load(server, games(10), { signal }));
    expect(isAbortError(error.cause) && error.unfinished.length).toBe(10);
    const late = await stopped(load(server, games(10), { signal }));
    expect([isAbortError(late.cause), late.progress.read]).toEqual([true, 0]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
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
    await client(server).events.recordMany(Array(10_000).fill(event), { idempotencyKey: "k" });
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
