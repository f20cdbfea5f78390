import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Turns } from "./turns.js";

const busy = { platformId: "plat_1", operatorId: "op_busy" };
const other = { platformId: "plat_1", operatorId: "op_other" };

// Time passes only during the work below.
beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

interface Piece {
  readonly tenant: typeof busy;
  readonly ms: number;
}

/** Runs pieces of work one after another, each in its own turn, and records each. */
async function work({ tenant, ms }: Piece, pieces: number, note: () => void): Promise<void> {
  const turns = new Turns(tenant);
  for (let n = 0; n < pieces; n += 1) {
    await turns.next();
    vi.advanceTimersByTime(ms);
    note();
  }
}

/** The most milliseconds of work that one iteration of the event loop had. */
async function mostInOneIteration(ms: number): Promise<number> {
  let inIteration = 0;
  let most = 0;
  let isDone = false;
  const note = () => {
    inIteration += ms;
    most = Math.max(most, inIteration);
  };
  const all = Promise.all(Array.from({ length: 10 }, () => work({ tenant: busy, ms }, 5, note))).then(() => {
    isDone = true;
  });
  while (!isDone) {
    inIteration = 0;
    await nextTurn();
  }
  await all;
  return most;
}

it("an iteration of the event loop runs one long piece of work, however many are waiting", async () => {
  expect(await mostInOneIteration(5)).toBe(5);
});

it("short pieces follow each other at once, up to a bound", async () => {
  expect(await mostInOneIteration(1)).toBe(3);
});

it("operators take turns, however much work one of them has", async () => {
  const order: string[] = [];
  const flood = Array.from({ length: 20 }, () => work({ tenant: busy, ms: 5 }, 5, () => order.push("busy")));
  await work({ tenant: other, ms: 5 }, 5, () => order.push("other"));
  expect(order.filter((name) => name === "busy").length).toBeLessThan(15);
  await Promise.all(flood);
});

it("operators pay for the time that they use, not for the number of pieces", async () => {
  const usedMs = { busy: 0, other: 0 };
  const long = Array.from({ length: 5 }, () =>
    work({ tenant: busy, ms: 10 }, 50, () => {
      usedMs.busy += 10;
    }),
  );
  await Promise.all(
    Array.from({ length: 5 }, () =>
      work({ tenant: other, ms: 2 }, 50, () => {
        usedMs.other += 2;
      }),
    ),
  );
  expect(usedMs.busy).toBeLessThan(3 * usedMs.other);
  await Promise.all(long);
});

it("a turn is over after five milliseconds, and when the request waits for something", async () => {
  const turns = new Turns(busy);
  expect(turns.isOver()).toBe(true);
  await turns.next();
  expect(turns.isOver()).toBe(false);
  vi.advanceTimersByTime(6);
  expect(turns.isOver()).toBe(true);
  await turns.next();
  await nextTurn();
  expect(turns.isOver()).toBe(true);
});
