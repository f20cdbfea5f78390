import { percentile } from "../harness/stats.js";
import { count, ms, share } from "../harness/text.js";
import type { Tally, VictimResult } from "./messages.js";
import type { Run } from "./run.js";
import type { Scenario } from "./scenarios.js";

export const p50 = ({ latenciesMs }: VictimResult) => percentile(latenciesMs, 50);
export const p95 = ({ latenciesMs }: VictimResult) => percentile(latenciesMs, 95);
export const ratio = ({ alone, attacked }: Run) => p95(attacked) / p95(alone);
export const total = (tally: Tally) => Object.values(tally).reduce((sum, each) => sum + each, 0);
const told = (tally: Tally) =>
  Object.entries(tally)
    .map(([what, times]) => `${count(times)} × ${what}`)
    .join(", ");

/** What people read of one run. */
export function rowOf({ fault, name }: Scenario, run: Run): string[] {
  const { attackers, place, alone, attacked, growthMiB, serverDied, attackerTallies } = run;
  return [
    `${fault} ${name}`,
    String(attackers),
    place,
    ms(p50(alone)),
    ms(p95(alone)),
    ms(p50(attacked)),
    ms(p95(attacked)),
    share(ratio(run)),
    `${told(attacked.errors) || "none"} of ${count(attacked.latenciesMs.length)}${serverDied ? "; the server died" : ""}`,
    String(attacked.notReady),
    count(growthMiB),
    attackerTallies.map(told).join("; ") || "nothing",
  ];
}
