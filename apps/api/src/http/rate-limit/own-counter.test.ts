import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OwnCounter } from "./own-counter.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

it("a window is opened by its first request, stays where it is, and ends to the millisecond", async () => {
  const counter = new OwnCounter(60);
  vi.setSystemTime(17_000);
  expect(await counter.count("a")).toEqual({ used: 1, resetAfterMs: 60_000 });
  vi.advanceTimersByTime(59_999);
  expect(await counter.count("a")).toEqual({ used: 2, resetAfterMs: 1 });
  vi.advanceTimersByTime(1);
  expect(await counter.count("a")).toEqual({ used: 1, resetAfterMs: 60_000 });
});

it("keys have windows of their own", async () => {
  const counter = new OwnCounter(60);
  await counter.count("a");
  vi.advanceTimersByTime(10_000);
  expect(await counter.count("b")).toEqual({ used: 1, resetAfterMs: 60_000 });
  expect(await counter.count("a")).toEqual({ used: 2, resetAfterMs: 50_000 });
});

it("a clock that is set back makes no window longer", async () => {
  const counter = new OwnCounter(60);
  vi.setSystemTime(3_600_000);
  await counter.count("a");
  vi.setSystemTime(0);
  expect(await counter.count("a")).toEqual({ used: 2, resetAfterMs: 60_000 });
  vi.advanceTimersByTime(60_000);
  expect(await counter.count("a")).toEqual({ used: 1, resetAfterMs: 60_000 });
});

it("of more keys than it holds, those that were quiet longest are forgotten, and their timers with them", async () => {
  const counter = new OwnCounter(60, { keysMax: 3 });
  for (const key of ["a", "b", "c", "a", "d", "a"]) await counter.count(key);
  expect(vi.getTimerCount()).toBe(3);
  expect((await counter.count("a")).used).toBe(4);
  expect((await counter.count("b")).used).toBe(1);
});
