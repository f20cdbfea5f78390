import type { Bound, Findings } from "../harness/report.js";
import { percentile } from "../harness/stats.js";
import type { VictimResult } from "./messages.js";
import { p50, p95, ratio, rowOf, total } from "./row.js";
import type { Durations, Run } from "./run.js";
import type { Scenario } from "./scenarios.js";

export interface Measured {
  readonly scenario: Scenario;
  readonly runs: readonly Run[];
}

const errorsMax = 0;
const ratioMax = 3;
const growthMiBMax = 256;

function boundsOf({ scenario: { fault, name }, runs }: Measured): Bound[] {
  const worst = (of: (run: Run) => number) => Math.max(...runs.map(of));
  return [
    {
      what: `${fault} ${name}: errors of the victim`,
      value: worst(({ attacked }) => total(attacked.errors)),
      max: errorsMax,
    },
    { what: `${fault} ${name}: p95 with the attack, in p95 without`, value: worst(ratio), max: ratioMax },
    {
      what: `${fault} ${name}: growth of resident memory, MiB`,
      value: worst(({ growthMiB }) => growthMiB),
      max: growthMiBMax,
    },
  ];
}

export function tellFairness(
  measured: readonly Measured[],
  versions: Readonly<Record<string, string>>,
  { aloneMs, attackMs }: Durations,
): Findings {
  return {
    name: "fairness",
    title: "What one tenant can take from another",
    method:
      "A victim reads, upserts, and in one request of twelve sends a batch of 500: four callers, each with a pause of 5 ms after a response. " +
      `It is measured alone for ${aloneMs / 1_000} s and then beside the attack for ${attackMs / 1_000} s, once as an operator of the attackers' ` +
      "platform and once as one of another, with one and with two attackers; two are operators of one platform. Server, database, victim and " +
      "attackers are processes of one machine; the attackers run at a lower priority, since real ones have machines of their own. The rate limits " +
      "of the attackers are raised, so that no 429 stops them; that of failed authentications is the default. Each attack meets a server that was " +
      "just started and warmed up. The bounds are about the worst of the four runs.",
    versions: { Node: process.versions.node, ...versions },
    tables: [
      {
        columns: ["attack", "what the attackers do"],
        rows: measured.map(({ scenario: { fault, name, what } }) => [`${fault} ${name}`, what]),
      },
      {
        columns: [
          ...[
            "attack",
            "attackers",
            "victim",
            "p50 alone, ms",
            "p95 alone, ms",
            "p50, ms",
            "p95, ms",
            "p95, in p95 alone",
          ],
          ...["victim's errors", "`/readyz` not 200", "memory, MiB more", "attackers' responses"],
        ],
        rows: measured.flatMap(({ scenario, runs }) => runs.map((run) => rowOf(scenario, run))),
      },
    ],
    bounds: measured.flatMap(boundsOf),
    readings: measured.map(({ scenario: { name }, runs }) => ({ name, runs: runs.map(reading) })),
  };
}

const summaryOf = (result: VictimResult) => ({
  requests: result.latenciesMs.length,
  p50Ms: p50(result),
  p95Ms: p95(result),
  p95MsByKind: Object.fromEntries(
    Object.entries(result.latenciesByKindMs).map(([kind, each]) => [kind, percentile(each, 95)]),
  ),
  errors: result.errors,
  notReady: result.notReady,
});

const reading = ({ alone, attacked, ...rest }: Run) => ({
  ...rest,
  alone: summaryOf(alone),
  attacked: summaryOf(attacked),
});
