import { afterEach, expect, it, vi } from "vitest";
import { operatorClient, rejectionOf, testClock } from "./clients.js";

// Fake timers are vitest's own, so this is not among the tests that run on every runtime.
afterEach(() => vi.useRealTimers());

it("30 s an attempt and 60 s in all, unless told otherwise", async () => {
  vi.useFakeTimers();
  const sentAtMs: number[] = [];
  const fetch = () => {
    sentAtMs.push(performance.now());
    return new Promise<Response>(() => undefined);
  };
  const failed = rejectionOf(
    operatorClient("http://127.0.0.1:9", { fetch, clock: testClock(0) }).settings.get(),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await failed).toMatchObject({ name: "TimeoutError", attempts: 2, timeoutMs: 30_000 });
  expect(sentAtMs.map((atMs) => atMs - (sentAtMs[0] ?? 0))).toEqual([0, 30_000]);
});
