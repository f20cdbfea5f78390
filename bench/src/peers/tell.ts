import { readFileSync } from "node:fs";
import type { Reading } from "../ceiling/measure.js";
import type { Findings } from "../harness/report.js";
import { percentile, ratios, summarise } from "../harness/stats.js";
import { count, ms, share, spreadOf } from "../harness/text.js";
import type { PeerWorkName } from "./peer.js";

export interface Contestant {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  readonly setUp: string;
  readonly bulkItems: number;
}

export type WorkReadings = Readonly<Record<PeerWorkName, readonly Reading[]>>;

const works: readonly { name: PeerWorkName; what: string; min: number }[] = [
  { name: "create", what: "create one", min: 3 },
  { name: "update", what: "update one", min: 3 },
  { name: "read", what: "read one", min: 2 },
  { name: "bulk", what: "create in bulk, items", min: 10 },
];

/** Ours is the first of the contestants. */
export function tellPeers({
  postgresVersion,
  contestants,
  readings,
  absent,
  rounds,
}: {
  readonly postgresVersion: string;
  readonly contestants: readonly Contestant[];
  readonly readings: readonly WorkReadings[];
  readonly absent: readonly string[];
  readonly rounds: number;
}): Findings {
  const items = (index: number, work: PeerWorkName) => (work === "bulk" ? contestants[index]!.bulkItems : 1);
  const rates = (index: number, work: PeerWorkName) =>
    readings[index]![work].map(({ perSecond }) => perSecond * items(index, work));
  const median = (index: number, work: PeerWorkName) => summarise(rates(index, work)).median;
  const peers = contestants.map((_, index) => index).slice(1);
  const best = (work: PeerWorkName) =>
    peers.toSorted((a, b) => median(b, work) - median(a, work))[0] as number;
  const titled = contestants.map(({ name, version }) => `${name} ${version}`.trim());
  const ahead = (work: PeerWorkName) => ratios(rates(0, work), rates(best(work), work));
  const latency = (index: number, work: PeerWorkName) => {
    const all = readings[index]![work].flatMap(({ latenciesMs }) => [...latenciesMs]);
    return [50, 95, 99].map((percent) => ms(percentile(all, percent))).join(" / ");
  };
  const cpu = (index: number, work: PeerWorkName) => {
    const each = (of: (reading: Reading) => number) =>
      count((summarise(readings[index]![work].map(of)).median * 1_000) / items(index, work));
    return `${each(({ serverMs }) => serverMs)} + ${each(({ postgresMs }) => postgresMs)}`;
  };
  const table = (what: string, cell: (index: number, work: PeerWorkName) => string) => ({
    columns: [what, ...titled],
    rows: works.map((work) => [work.what, ...contestants.map((_, index) => cell(index, work.name))]),
  });
  return {
    name: "peers",
    title: "What other products answer on the same PostgreSQL",
    method: [
      "One server each, one process, pools of ten connections, databases of one PostgreSQL (fsync on), measured by turns: ten callers (bulk: two)",
      `over raw sockets, ${rounds} rounds after one to warm up; medians with the least and the most, ratios are medians of each round's. The same players with nine fields, under the`,
      "same external ids. Ours creates and updates by upsert. All other products store the fields in clear.",
      ...contestants.map(({ name, setUp }) => `${name}: ${setUp}.`),
      ...absent,
    ].join(" "),
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      table("a second", (index, work) => spreadOf(rates(index, work), count)),
      table("p50 / p95 / p99, ms", latency),
      table("CPU an item, µs, server + database", cpu),
      {
        columns: ["", ...titled],
        rows: [["memory after the load, MiB", ...contestants.map(({ pid }) => residentMiB(pid))]],
      },
      {
        columns: ["ours, in those of the best", "the best", "times"],
        rows: works.map(({ name, what }) => [
          what,
          titled[best(name)] as string,
          spreadOf(ahead(name), share),
        ]),
      },
    ],
    bounds: works.map(({ name, what, min }) => ({
      what: `${what}: times the best of the others`,
      value: summarise(ahead(name)).median,
      min,
    })),
    chart: {
      title: "Requests a second, ten callers (items in bulk)",
      groups: works.map(({ name, what }) => ({
        label: what,
        bars: contestants.map((contestant, index) => ({
          series: contestant.name,
          value: median(index, name),
        })),
      })),
    },
    readings: contestants.map(({ name }, index) => ({
      name,
      works: Object.fromEntries(
        works.map((work) => [
          work.name,
          readings[index]![work.name].map(({ latenciesMs: _, ...rest }) => rest),
        ]),
      ),
    })),
  };
}

function residentMiB(pid: number): string {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return count(Number(kibibytes) / 1_024);
}
