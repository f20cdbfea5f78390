import { getEventListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConnectionError, isAbortError, isTimeoutError, OneHazel } from "./index.js";
import { operatorClient, operatorKey, player, rejectionOf, testClock, upserted } from "./testing/clients.js";
import { type FaultServer, fails, ok, stall, startFaultServer, status } from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

describe("time", () => {
  it("a body that stalls: timed out and retried within the deadline", async () => {
    server.script(stall, ok(upserted));
    // On a busy machine a good answer may be late as well, so there are retries to spare.
    const { attempts } = await operatorClient(server.url, { timeoutMs: 200, retries: 20 })
      .entities.upsert(player)
      .withResponse();
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  it("a body that always stalls: TimeoutError of the attempt, with all attempts counted", async () => {
    server.script(stall);
    const error = await rejectionOf(operatorClient(server.url, { timeoutMs: 60 }).entities.upsert(player));
    expect(isTimeoutError(error) && [error.bound, error.attempts, error.timeoutMs]).toEqual([
      "attempt",
      3,
      60,
    ]);
  });

  it("the deadline cuts an attempt short and no other follows", async () => {
    server.script(stall);
    const error = await rejectionOf(operatorClient(server.url, { deadlineMs: 80 }).entities.upsert(player));
    expect(isTimeoutError(error) && [error.bound, error.attempts]).toEqual(["deadline", 1]);
    // None, where the deadline was over before it arrived.
    expect(server.seen.length).toBeLessThanOrEqual(1);
  });

  it("a fetch that takes no notice of its signal is timed out all the same", async () => {
    const fetch = () => new Promise<Response>(() => undefined);
    const error = await rejectionOf(
      operatorClient(server.url, { fetch, timeoutMs: 30, retries: 0 }).settings.get(),
    );
    expect(isTimeoutError(error)).toBe(true);
  });

  it("no server at all: ConnectionError, its cause kept", async () => {
    const closed = await startFaultServer();
    await closed.close();
    const error = await rejectionOf(operatorClient(closed.url).settings.get());
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toMatch(/^No response from the server/);
    expect((error as Error).cause).toBeInstanceOf(Error);
    expect(error).toMatchObject({ attempts: 3, isRetryable: true });
  });

  it("backoff is exponential with full jitter: up to 500 ms, 1 s, 2 s, 4 s, 8 s, 8 s", async () => {
    const clock = testClock(0.5);
    server.script(status(503));
    await rejectionOf(operatorClient(server.url, { clock, retries: 6 }).settings.get());
    expect(clock.waitsMs).toEqual([250, 500, 1000, 2000, 4000, 4000]);
  });
});

describe("the caller aborts", () => {
  const reason = new Error("the user left");

  it("during backoff: stops at once, cause kept, no listener left behind", async () => {
    server.script(fails(503, "SERVICE_UNAVAILABLE", { "retry-after": "20" }));
    const controller = new AbortController();
    const { signal } = controller;
    const hooks = { onRetry: () => void setTimeout(() => controller.abort(reason), 20) };
    const client = new OneHazel({ apiKey: operatorKey, baseUrl: server.url, hooks });
    const startedAtMs = performance.now();
    const error = await rejectionOf(client.entities.upsert(player, { signal }));
    expect(performance.now() - startedAtMs).toBeLessThan(15_000);
    expect(isAbortError(error) && [error.cause, error.attempts, error.name]).toEqual([
      reason,
      1,
      "AbortError",
    ]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("while the body stalls: stops at once, and it is not retried", async () => {
    const controller = new AbortController();
    server.script((reply, request) => {
      stall(reply, request);
      setTimeout(() => controller.abort(reason), 50);
    });
    const error = await rejectionOf(
      operatorClient(server.url).entities.upsert(player, { signal: controller.signal }),
    );
    expect(isAbortError(error) && error.cause).toBe(reason);
    expect(server.seen).toHaveLength(1);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("before the call: nothing is sent", async () => {
    server.script(ok(upserted));
    const error = await rejectionOf(
      operatorClient(server.url).entities.upsert(player, { signal: AbortSignal.abort(reason) }),
    );
    expect(isAbortError(error) && [error.cause, error.attempts]).toEqual([reason, 0]);
    expect(server.seen).toHaveLength(0);
  });

  it("a success leaves no listener behind either", async () => {
    server.script(status(503), ok(upserted));
    const { signal } = new AbortController();
    await operatorClient(server.url).entities.upsert(player, { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
