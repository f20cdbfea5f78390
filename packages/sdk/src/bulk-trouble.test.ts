import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { isAbortError, isAPIError, isRateLimitError, OneHazel } from "./index.js";
import { batches, bulkClient, games, load, refusal, stopped, stored } from "./testing/batches.js";
import { operatorKey, testClock } from "./testing/clients.js";

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
    const result = await bulkClient(server, clock).entities.upsertMany(games(40_000), { retries: 0 });
    expect(result).toMatchObject({ succeeded: 40_000, failed: 0 });
    expect(clock.waitsMs.every((waitMs) => waitMs <= 30_000)).toBe(true);
    expect(clock.waitsMs.length).toBeGreaterThan(5);
  });

  it("429 for over 15 minutes stops it, with the rest unfinished", async () => {
    const clock = testClock(0);
    const server = batches(() => refusal(429, "RATE_LIMITED", { "retry-after": "300" }));
    const { cause, unfinished, progress } = await stopped(
      bulkClient(server, clock).entities.upsertMany(games(10)),
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
    const { cause } = await stopped(bulkClient(server, clock).entities.upsertMany(games(1)));
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
      setTimeout(() => controller.abort(reason), 20);
      await new Promise(() => undefined);
    }
    const { cause, unfinished } = await stopped(
      bulkClient(batches()).entities.upsertMany(source(), { signal }),
    );
    expect(isAbortError(cause) && cause.cause).toBe(reason);
    expect(unfinished).toHaveLength(10);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("while all of it waits for a rate limit: it stops at once, and nothing more is sent", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const server = batches(() => refusal(429, "RATE_LIMITED", { "retry-after": "60" }));
    const hooks = { onRetry: () => void setTimeout(() => controller.abort(reason), 20) };
    const options = { apiKey: operatorKey, baseUrl: "http://localhost:9", fetch: server.fetch, hooks };
    const startedAtMs = performance.now();
    const { cause, unfinished } = await stopped(
      new OneHazel(options).entities.upsertMany(games(10), { signal, concurrency: 1 }),
    );
    expect(performance.now() - startedAtMs).toBeLessThan(50_000);
    expect(isAbortError(cause) && cause.cause).toBe(reason);
    expect([unfinished.length, server.requests.length]).toEqual([10, 1]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("while a request hangs, and before it begins", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const server = batches(() => {
      setTimeout(() => controller.abort(reason), 20);
      return new Promise(() => undefined);
    });
    const error = await stopped(load(server, games(10), { signal }));
    expect(isAbortError(error.cause) && error.unfinished.length).toBe(10);
    const late = await stopped(load(server, games(10), { signal }));
    expect([isAbortError(late.cause), late.progress.read]).toEqual([true, 0]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
