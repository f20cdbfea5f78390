import type { Chart } from "../harness/chart.js";
import type { Findings, Table } from "../harness/report.js";
import { percentile, ratios, summarise } from "../harness/stats.js";
import { count, ms, share, spreadOf } from "../harness/text.js";
import type { Reading } from "./measure.js";
import type { PgbenchName } from "./pgbench.js";
import type { Round } from "./round.js";
import type { Work } from "./works.js";

type Taken = Readonly<Record<number, readonly Round[]>>;

const boundAt = 10;

export function findingsOf(
  postgresVersion: string,
  pgbenchVersion: string | undefined,
  works: readonly Work[],
  taken: Taken,
): Findings {
  const all = Object.entries(taken).map(([callers, rounds]) => ({ callers: Number(callers), rounds }));
  const main = taken[boundAt] ?? [];
  return {
    name: "ceiling",
    title: "What a request costs, beside the least program that could do the job",
    method: method(main.length, pgbenchVersion),
    versions: {
      Node: process.versions.node,
      PostgreSQL: postgresVersion,
      ...(pgbenchVersion === undefined ? {} : { "": pgbenchVersion }),
    },
    tables: [
      ...all.flatMap(({ callers, rounds }) => [
        throughput(callers, works, rounds),
        latency(callers, works, rounds),
      ]),
      cost(works, main),
    ],
    bounds: works.flatMap(({ what, name, bare, min }) => {
      if (min === undefined) return [];
      const { median } = summarise(ratiosOf(main, name, bare));
      return [
        { what: `${what}: throughput, in the least program's, ${boundAt} callers`, value: median, min },
      ];
    }),
    chart: chartOf(works, main),
    readings: all.map(({ callers, rounds }) => ({ callers, rounds: rounds.map(compact) })),
  };
}

function method(rounds: number, pgbenchVersion: string | undefined): string {
  return [
    "Ours is the server as production starts it (its log at `info`, into a file), one operator, 10,000 players with five PII fields of nine.",
    "The least program is `node:http` and `pg` with ten connections and named statements: it parses the body, runs one statement and answers;",
    "no authentication, validation, encryption, isolation, log, limits. Its tables are `create table … (like … including all)` of ours: the same",
    "columns, checks and indexes (entities: primary key, external id, three for lists; events: primary key and two), no policies, no foreign",
    "keys, no months; its rows hold the same data in clear. An event of its looks the entity up by external id in the same statement.",
    pgbenchVersion === undefined
      ? "The database alone was not measured: this machine has no pgbench (Debian: `postgresql-15`)."
      : "The database alone is pgbench with the same statements prepared, its own process, at most 50 connections.",
    "All share the machine's cores with the client, a process that writes ready-made requests to raw sockets and reads status and length.",
    `Interleaved: each work of ours lies beside that of the least program; ${rounds} rounds at ten callers after two to warm up, in turns forwards and`,
    "backwards. Rates are medians with the least and the most; ratios are medians of each round's ratio. CPU is the scheduler's own account of the",
    "server's process and of all of PostgreSQL's; of reads with what is written behind them.",
  ].join(" ");
}

const rates = (rounds: readonly Round[], of: (round: Round) => { perSecond: number } | undefined) =>
  rounds.map((round) => of(round)?.perSecond ?? Number.NaN);

function ratiosOf(rounds: readonly Round[], name: Work["name"], bare: Work["bare"]): number[] {
  return ratios(
    rates(rounds, (round) => round.ours[name]),
    rates(rounds, (round) => round.bare[bare]),
  );
}

function throughput(callers: number, works: readonly Work[], rounds: readonly Round[]): Table {
  return {
    columns: [
      `${callers} caller${callers === 1 ? "" : "s"}: requests a second`,
      "ours",
      "least program",
      "database alone",
      "ours ÷ least",
    ],
    rows: works.map(({ what, name, bare }) => {
      const alone = rates(rounds, (round) => round.pgbench[bare as PgbenchName]);
      return [
        what,
        spreadOf(
          rates(rounds, (round) => round.ours[name]),
          count,
        ),
        spreadOf(
          rates(rounds, (round) => round.bare[bare]),
          count,
        ),
        alone.some(Number.isNaN) ? "–" : spreadOf(alone, count),
        spreadOf(ratiosOf(rounds, name, bare), share),
      ];
    }),
  };
}

function latency(callers: number, works: readonly Work[], rounds: readonly Round[]): Table {
  const tell = (readings: readonly Reading[]) => {
    const all = Float64Array.from(readings.flatMap(({ latenciesMs }) => [...latenciesMs]));
    return [50, 95, 99].map((percent) => ms(percentile(all, percent))).join(" / ");
  };
  return {
    columns: [`${callers} caller${callers === 1 ? "" : "s"}: p50 / p95 / p99, ms`, "ours", "least program"],
    rows: works.map(({ what, name, bare }) => [
      what,
      tell(rounds.map((round) => round.ours[name])),
      tell(rounds.map((round) => round.bare[bare])),
    ]),
  };
}

function cost(works: readonly Work[], rounds: readonly Round[]): Table {
  const parts = (readings: readonly Reading[]) =>
    [readings.map(({ serverMs }) => serverMs), readings.map(({ postgresMs }) => postgresMs)]
      .map((each) => micros(summarise(each).median))
      .join(" + ");
  const total = ({ serverMs, postgresMs }: Reading) => serverMs + postgresMs;
  return {
    columns: [
      `${boundAt} callers: CPU a request, µs, server + database`,
      "ours",
      "least program",
      "database alone",
      "least ÷ ours",
    ],
    rows: works.map(({ what, name, bare }) => {
      const ours = rounds.map((round) => round.ours[name]);
      const least = rounds.map((round) => round.bare[bare]);
      const alone = rounds.map((round) => round.pgbench[bare as PgbenchName]?.postgresMs ?? Number.NaN);
      return [
        what,
        parts(ours),
        parts(least),
        alone.some(Number.isNaN) ? "–" : micros(summarise(alone).median),
        spreadOf(ratios(least.map(total), ours.map(total)), share),
      ];
    }),
  };
}

function chartOf(works: readonly Work[], rounds: readonly Round[]): Chart {
  const median = (readings: readonly number[]) => summarise(readings).median;
  return {
    title: `Requests a second, ${boundAt} callers`,
    groups: works.map(({ what, name, bare }) => ({
      label: what,
      bars: [
        { series: "OneHazel", value: median(rates(rounds, (round) => round.ours[name])) },
        { series: "least program", value: median(rates(rounds, (round) => round.bare[bare])) },
        {
          series: "database alone",
          value: median(rates(rounds, (round) => round.pgbench[bare as PgbenchName])),
        },
      ].filter(({ value }) => !Number.isNaN(value)),
    })),
  };
}

/** For programs: every reading but the single latencies. */
function compact({ ours, bare, pgbench }: Round) {
  const tell = (readings: Readonly<Record<string, Reading>>) =>
    Object.fromEntries(
      Object.entries(readings).map(([name, { latenciesMs, ...rest }]) => {
        const [p50Ms, p95Ms, p99Ms] = [50, 95, 99].map((percent) => percentile(latenciesMs, percent));
        return [name, { ...rest, requests: latenciesMs.length, p50Ms, p95Ms, p99Ms }];
      }),
    );
  return { ours: tell(ours), bare: tell(bare), pgbench };
}

const micros = (milliseconds: number) => count(milliseconds * 1_000);
