import { randomBytes } from "node:crypto";
import type { Call } from "./harness/client.js";
import type { Bound, Findings, Table } from "./harness/report.js";
import { onStage, type Stage } from "./harness/stage.js";
import { type Summary, summarise } from "./harness/stats.js";

/** What a batch may cost, in single upserts. */
const upsertsMax = 25;
const batchItems = 1_000;
const runs = 10;
const batchesPerRun = 3;
const concurrency = 10;
const concurrentPerRun = 300;
const sequentialPerRun = 100;

interface Case {
  readonly what: string;
  readonly entity: (externalId: string) => object;
  readonly idempotent: boolean;
}

const game = (externalId: string) => ({
  entityType: "game",
  externalId,
  data: { name: "Starburst", provider: "NetEnt", rtp: 96.1, tags: ["slot", "classic"] },
});
const player = (externalId: string) => ({
  entityType: "player",
  externalId,
  data: {
    first_name: "Ada",
    last_name: "Lovelace",
    email: `${externalId}@example.com`,
    country: "GB",
    currency: "GBP",
    status: "active",
    vip_level: 3,
  },
});

const cases: readonly Case[] = [
  { what: "players, three PII fields", entity: player, idempotent: false },
  { what: "players, three PII fields, Idempotency-Key", entity: player, idempotent: true },
  { what: "games, no PII", entity: game, idempotent: false },
  { what: "games, no PII, Idempotency-Key", entity: game, idempotent: true },
];

/** CPU milliseconds of one request, apart for server and database. */
interface Cost {
  readonly server: number;
  readonly postgres: number;
}

interface Readings {
  readonly concurrent: Cost[];
  readonly sequential: Cost[];
  readonly batch: Cost[];
}

/** How many single upserts a batch of 1,000 costs, in CPU time of server and database together. */
export async function batchCost(): Promise<Findings> {
  return onStage({ connectionsMax: concurrency }, async (stage) => {
    const readings = cases.map((): Readings => ({ concurrent: [], sequential: [], batch: [] }));
    for (const each of cases) await runOnce(stage, each);
    for (const each of cases) await runOnce(stage, each);
    for (let run = 0; run < runs; run += 1) {
      for (const [index, each] of cases.entries()) {
        const { concurrent, sequential, batch } = await runOnce(stage, each);
        readings[index]?.concurrent.push(concurrent);
        readings[index]?.sequential.push(sequential);
        readings[index]?.batch.push(batch);
      }
    }
    return findings(stage, readings);
  });
}

async function runOnce(stage: Stage, { entity, idempotent }: Case) {
  const call = (path: string, body: unknown): Call => ({
    method: "POST",
    path: `/operator-data-api/${path}`,
    key: stage.key,
    body: JSON.stringify(body),
    headers: idempotent ? { "idempotency-key": randomBytes(16).toString("hex") } : {},
  });
  const fresh = () => entity(`bench-${randomBytes(8).toString("hex")}`);
  const singles = (count: number) => Array.from({ length: count }, () => call("entities", fresh()));
  const batches = Array.from({ length: batchesPerRun }, () =>
    call("batch/entities", Array.from({ length: batchItems }, fresh)),
  );
  return {
    concurrent: await costOf(stage, singles(concurrentPerRun), concurrency),
    sequential: await costOf(stage, singles(sequentialPerRun), 1),
    batch: await costOf(stage, batches, 1),
  };
}

async function costOf(
  { client, serverCpu, postgresCpu }: Stage,
  calls: readonly Call[],
  atOnce: number,
): Promise<Cost> {
  const before = { server: serverCpu(), postgres: postgresCpu() };
  await client.sendAll(calls, atOnce);
  return {
    server: (serverCpu() - before.server) / calls.length,
    postgres: (postgresCpu() - before.postgres) / calls.length,
  };
}

const total = ({ server, postgres }: Cost) => server + postgres;

function findings({ postgresVersion }: Stage, readings: readonly Readings[]): Findings {
  const bounds: Bound[] = [];
  const rows: string[][] = [];
  for (const [index, { what }] of cases.entries()) {
    const { concurrent, sequential, batch } = readings[index] as Readings;
    const batchMs = summarise(batch.map(total));
    for (const [how, singles] of [
      [`${concurrency} at a time`, concurrent],
      ["one by one", sequential],
    ] as const) {
      const singleMs = summarise(singles.map(total));
      const value = batchMs.median / singleMs.median;
      bounds.push({ what: `${what}; upserts ${how}`, value, max: upsertsMax });
      rows.push([
        what,
        how,
        spread(singleMs),
        parts(singles),
        spread(batchMs),
        parts(batch),
        value.toFixed(1),
      ]);
    }
  }
  const columns = [
    "items",
    "upserts",
    "one upsert",
    "server + database",
    "batch",
    "server + database",
    "ratio",
  ];
  return {
    name: "batch-cost",
    title: `What a batch of ${batchItems.toLocaleString("en")} entities costs, in single upserts`,
    method:
      `CPU milliseconds of the server's process and of every process of its PostgreSQL (fsync on), as the scheduler counts them. ` +
      `All entities are new. ${runs} interleaved runs after two to warm up: medians, and the least and the most; in each run ` +
      `${concurrentPerRun} upserts ${concurrency} at a time, ${sequentialPerRun} one by one, and ${batchesPerRun} batches.`,
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [{ columns, rows }] satisfies Table[],
    bounds,
    readings: cases.map(({ what }, index) => ({ what, ...readings[index] })),
  };
}

function spread({ median, min, max }: Summary): string {
  return `${short(median)} (${short(min)}–${short(max)})`;
}

function parts(costs: readonly Cost[]): string {
  const server = summarise(costs.map((cost) => cost.server)).median;
  const postgres = summarise(costs.map((cost) => cost.postgres)).median;
  return `${short(server)} + ${short(postgres)}`;
}

function short(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 1);
}
