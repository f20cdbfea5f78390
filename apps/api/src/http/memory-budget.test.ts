import { expect, it } from "vitest";
import { MemoryBudget } from "./memory-budget.js";

const ours = { platformId: "plat_1", operatorId: "op_a" };
const theirs = { platformId: "plat_2", operatorId: "op_b" };

it("a reservation grows while memory is free, and shrinks when it needs less", () => {
  const budget = new MemoryBudget(1_000);
  const reservation = budget.reservation(ours);
  expect(reservation.resize(100)).toBeUndefined();
  expect(reservation.resize(400)).toBeUndefined();
  expect([reservation.bytes, budget.heldBytes]).toEqual([400, 400]);
  expect(reservation.tryResize(600)).toBe(false);
  reservation.shrinkTo(150);
  expect([reservation.bytes, budget.heldBytes]).toEqual([150, 150]);
  reservation.shrinkTo(20);
  expect(budget.heldBytes).toBe(20);
  reservation.release();
  expect([reservation.bytes, budget.heldBytes]).toEqual([0, 0]);
});

it("a grant that arrives after the release of its reservation is released at once", async () => {
  const budget = new MemoryBudget(1_000);
  const first = budget.reservation(ours);
  first.resize(900);
  const second = budget.reservation(theirs);
  const waiting = second.resize(500);
  expect([waiting instanceof Promise, budget.waiting]).toEqual([true, 1]);
  second.release();
  first.release();
  await waiting;
  expect([second.bytes, budget.heldBytes, budget.waiting]).toEqual([0, 0, 0]);
  expect(second.resize(500)).toBeUndefined();
  expect(budget.heldBytes).toBe(0);
});

it("a tenant with a full queue is rejected at once, and another tenant waits", async () => {
  const budget = new MemoryBudget(1_000);
  const first = budget.reservation(ours);
  first.resize(1_000);
  const queued = Array.from({ length: 128 }, () => budget.reservation(ours).resize(100));
  // Requests that are still queued at the end of the test do not matter.
  for (const each of queued) each?.catch(() => undefined);
  await expect(budget.reservation(ours).resize(100)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  const other = budget.reservation(theirs).resize(100);
  first.release();
  await other;
  await queued[0];
});
