import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Turns } from "./turns.js";

const busy = { platformId: "plat_1", operatorId: "op_busy" };
const other = { platformId: "plat_1", operatorId: "op_other" };

/** Takes turns one after another and notes each. */
async function work(tenant: typeof busy, turns: number, note: () => void): Promise<void> {
  const own = new Turns(tenant);
  for (let n = 0; n < turns; n += 1) {
    await own.next();
    note();
  }
}

it("one turn of long work at a time, however much of it there is", async () => {
  let sinceIteration = 0;
  let most = 0;
  const note = () => {
    sinceIteration += 1;
    most = Math.max(most, sinceIteration);
  };
  let isDone = false;
  const all = Promise.all(Array.from({ length: 10 }, () => work(busy, 5, note))).then(() => {
    isDone = true;
  });
  while (!isDone) {
    sinceIteration = 0;
    await nextTurn();
  }
  await all;
  expect(most).toBe(1);
});

it("operators take turns, however much work one of them has", async () => {
  const order: string[] = [];
  const flood = Array.from({ length: 20 }, () => work(busy, 5, () => order.push("busy")));
  await work(other, 5, () => order.push("other"));
  expect(order.filter((name) => name === "busy").length).toBeLessThan(15);
  await Promise.all(flood);
});
