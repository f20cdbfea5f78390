import { expect, it } from "vitest";
import { isKept } from "../harness/report.js";
import type { VictimResult } from "./messages.js";
import type { Run } from "./run.js";
import { scenarios } from "./scenarios.js";
import { tellFairness } from "./tell.js";

const [scenario] = scenarios;
const victim = (latencyMs: number, errors = {}): VictimResult => ({
  latenciesMs: Float64Array.of(latencyMs),
  latenciesByKindMs: { read: Float64Array.of(latencyMs) },
  errors,
  notReady: 0,
});
const run = (more: Partial<Run>): Run => ({
  ...{ attackers: 1, place: "same platform", growthMiB: 10, serverDied: false, attackerTallies: [] },
  ...{ alone: victim(10), attacked: victim(20) },
  ...more,
});
const boundsOf = (...runs: Run[]) =>
  tellFairness([{ scenario: scenario!, runs }], {}, { aloneMs: 1, attackMs: 1 }).bounds;

it("the goals apply to the worst run", () => {
  const bounds = boundsOf(run({}), run({ attacked: victim(40, { 503: 2 }), growthMiB: 300 }), run({}));
  expect(bounds.map(({ value }) => value)).toEqual([2, 4, 300]);
  expect(bounds.map(isKept)).toEqual([false, false, false]);
});

it("all goals are met if the victim is hardly affected", () => {
  expect(boundsOf(run({}), run({ attacked: victim(30) })).map(isKept)).toEqual([true, true, true]);
});
