import type { Work } from "../ceiling/works.js";
import type { Bound, Findings } from "../harness/report.js";
import { summarise } from "../harness/stats.js";
import { count, ms, share, spreadOf } from "../harness/text.js";
import type { Life } from "./life.js";
import type { HalfLoad, Mix } from "./load.js";
import type { PairCost } from "./pair.js";

interface Measured {
  readonly pairs: readonly (readonly PairCost[])[];
  readonly halves: readonly (readonly HalfLoad[])[];
  /** Of the least program, at half of what it could answer. */
  readonly leastHalves: readonly (readonly HalfLoad[])[];
  readonly mixes: readonly Mix[];
  readonly lives: readonly Life[];
}

const micros = (milliseconds: number) => count(milliseconds * 1_000);
const median = (readings: readonly number[]) => summarise(readings).median;
/** How much more two servers answer than one, each on a core of its own, while the database has cores to spare. */
const gain = ({ one, two }: PairCost) => (2 * one.serverMs) / two.serverMs;
/** How many servers, each busy, keep one core of the database busy. */
const fed = ({ two }: PairCost) => two.serverMs / two.postgresMs;

function halfLoadRow(what: string, each: readonly HalfLoad[]): string[] {
  const spread = (of: (load: HalfLoad) => number, text: (value: number) => string) =>
    spreadOf(each.map(of), text);
  return [
    what,
    spread(({ perSecond }) => perSecond, count),
    spread(({ p50Ms }) => p50Ms, ms),
    spread(({ p99Ms }) => p99Ms, ms),
    spread(({ p50Ms, p99Ms }) => p99Ms / p50Ms, share),
  ];
}

export function tellServers(postgresVersion: string, works: readonly Work[], measured: Measured): Findings {
  const { pairs, halves, leastHalves, mixes, lives } = measured;
  const bounds: Bound[] = [
    ...works.map(({ what }, index) => ({
      what: `two servers, in one: ${what}`,
      value: median(pairs[index]!.map(gain)),
      min: 1.6,
    })),
    ...works.map(({ what }, index) => ({
      what: `p99 at half load, in p50: ${what}`,
      value: median(halves[index]!.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms)),
      max: 3,
    })),
    {
      what: "event loop's delay under the mix, p99, ms",
      value: median(mixes.map(({ delay }) => delay.p99Ms)),
      max: 25,
    },
    { what: "idle memory, MiB", value: median(lives.map(({ idleMiB }) => idleMiB)), max: 150 },
    {
      what: "start to first answer, s",
      value: median(lives.map(({ startMs }) => startMs)) / 1_000,
      max: 1.5,
    },
  ];
  return {
    name: "servers",
    title: "One server and two, at half load, under a mix, and at rest",
    method:
      "Two servers share one database and, here, its cores, so they are compared by the CPU that a request takes: ten callers at one server, then ten at each of " +
      "two at once. A server answers on one core; two, each on its own, answer twice as many in as far as a request costs no more. `servers a database core` is how many busy " +
      "servers keep one core of the database busy: beyond that the database is the limit. Half load: half of what ten callers got, due at even times on 32 connections; the least program ([ceiling](ceiling.md)) has half of its own. The mix: two " +
      "callers send batches of 1,000 new players with five PII fields, eight read. Delay of the event loop is what Node's own histogram says inside the server, at 1 ms. Memory " +
      "is what is resident three seconds after the first answer; the start is from spawning the process to an answer that needed the database, which ran already. Medians, the least and the most.",
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      {
        columns: [
          "CPU a request, µs",
          "one: server + database",
          "two: server + database",
          "two in one",
          "servers a database core",
        ],
        rows: works.map(({ what }, index) => {
          const each = pairs[index]!;
          const side = (of: (cost: PairCost) => PairCost["one"]) =>
            `${micros(median(each.map((cost) => of(cost).serverMs)))} + ${micros(median(each.map((cost) => of(cost).postgresMs)))}`;
          return [
            what,
            side(({ one }) => one),
            side(({ two }) => two),
            spreadOf(each.map(gain), share),
            spreadOf(each.map(fed), share),
          ];
        }),
      },
      {
        columns: ["half load", "a second", "p50, ms", "p99, ms", "p99 ÷ p50"],
        rows: works.flatMap(({ what }, index) => [
          halfLoadRow(what, halves[index]!),
          halfLoadRow(`${what}, the least program`, leastHalves[index]!),
        ]),
      },
      {
        columns: ["two send batches, eight read", "p50, ms", "p99, ms", "most, ms"],
        rows: [
          [
            "event loop's delay",
            spreadOf(
              mixes.map(({ delay }) => delay.p50Ms),
              ms,
            ),
            spreadOf(
              mixes.map(({ delay }) => delay.p99Ms),
              ms,
            ),
            spreadOf(
              mixes.map(({ delay }) => delay.maxMs),
              ms,
            ),
          ],
          [
            "a read",
            spreadOf(
              mixes.map(({ readP50Ms }) => readP50Ms),
              ms,
            ),
            spreadOf(
              mixes.map(({ readP99Ms }) => readP99Ms),
              ms,
            ),
            "–",
          ],
        ],
      },
      {
        columns: ["one server", ""],
        rows: [
          [
            "start to first answer, ms",
            spreadOf(
              lives.map(({ startMs }) => startMs),
              count,
            ),
          ],
          [
            "idle memory, MiB",
            spreadOf(
              lives.map(({ idleMiB }) => idleMiB),
              count,
            ),
          ],
        ],
      },
    ],
    bounds,
    chart: {
      title: "CPU a request, microseconds",
      groups: works.map(({ what }, index) => ({
        label: what,
        bars: [
          { series: "server", value: median(pairs[index]!.map(({ one }) => one.serverMs)) * 1_000 },
          { series: "server, of two", value: median(pairs[index]!.map(({ two }) => two.serverMs)) * 1_000 },
          { series: "database", value: median(pairs[index]!.map(({ one }) => one.postgresMs)) * 1_000 },
        ],
      })),
    },
    readings: measured,
  };
}
