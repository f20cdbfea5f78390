import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "./harness/client.js";
import type { Bound, Findings, Table } from "./harness/report.js";
import { onStage, type Stage } from "./harness/stage.js";
import { type Summary, summarise } from "./harness/stats.js";

/** What a batch may cost, in single upserts. */
const upsertsMax = 25;
const batchItems = 1_000;
const runs = 10;
const warmUpBatches = 10;
const warmUpUpserts = 300;
const streamUpserts = 300;
const streamConcurrency = 10;
/** Long enough that both processes have gone to sleep. */
const pauseMs = 150;

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

const contact = (externalId: string) => ({
  entityType: "player",
  externalId,
  data: {
    email: `${externalId}@example.com`,
    country: "GB",
    currency: "GBP",
    status: "active",
    vip_level: 3,
  },
});

const cases: readonly Case[] = [
  { what: "games, no PII", entity: game, idempotent: false },
  { what: "games, no PII, Idempotency-Key", entity: game, idempotent: true },
  { what: "players, one PII field", entity: contact, idempotent: false },
  { what: "players, three PII fields", entity: player, idempotent: false },
  { what: "players, three PII fields, Idempotency-Key", entity: player, idempotent: true },
];

/** CPU milliseconds of one request, apart for server and database. */
interface Cost {
  readonly server: number;
  readonly postgres: number;
}

interface Readings {
  /** One upsert, with a pause before it. */
  readonly upsert: Cost[];
  /** One batch, with a pause before it. */
  readonly batch: Cost[];
  /** One of many upserts that follow each other without a pause. */
  readonly streamed: Cost[];
}

/** How many single upserts a batch of 1,000 costs, in CPU time of server and database together. */
export async function batchCost(): Promise<Findings> {
  return onStage({ connectionsMax: streamConcurrency }, async (stage) => {
    const readings = cases.map((): Readings => ({ upsert: [], batch: [], streamed: [] }));
    for (const each of cases) await warmUp(stage, each);
    for (let run = 0; run < runs; run += 1) {
      for (const [index, each] of cases.entries()) {
        const { upsert, batch, streamed } = readings[index] as Readings;
        upsert.push(await aloneCostOf(stage, upsertsOf(stage, each, 1)));
        batch.push(await aloneCostOf(stage, batchesOf(stage, each, 1)));
        streamed.push(await costOf(stage, upsertsOf(stage, each, streamUpserts), streamConcurrency));
      }
    }
    return findings(stage, readings);
  });
}

async function warmUp(stage: Stage, each: Case): Promise<void> {
  await costOf(stage, upsertsOf(stage, each, warmUpUpserts), 1);
  await costOf(stage, batchesOf(stage, each, warmUpBatches), 1);
}

function upsertsOf(stage: Stage, each: Case, count: number): Call[] {
  return Array.from({ length: count }, () => callOf(stage, each, "entities", fresh(each)));
}

function batchesOf(stage: Stage, each: Case, count: number): Call[] {
  const items = () => Array.from({ length: batchItems }, () => fresh(each));
  return Array.from({ length: count }, () => callOf(stage, each, "batch/entities", items()));
}

function fresh({ entity }: Case): object {
  return entity(`bench-${randomBytes(8).toString("hex")}`);
}

function callOf({ key }: Stage, { idempotent }: Case, path: string, body: object): Call {
  return {
    method: "POST",
    path: `/operator-data-api/${path}`,
    key,
    body: JSON.stringify(body),
    headers: idempotent ? { "idempotency-key": randomBytes(16).toString("hex") } : {},
  };
}

async function aloneCostOf(stage: Stage, calls: readonly Call[]): Promise<Cost> {
  await sleep(pauseMs);
  return costOf(stage, calls, 1);
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
    const { upsert, batch, streamed } = readings[index] as Readings;
    const [one, many, next] = [upsert, batch, streamed].map((costs) => summarise(costs.map(total))) as [
      Summary,
      Summary,
      Summary,
    ];
    const value = many.median / one.median;
    bounds.push({ what, value, max: upsertsMax });
    rows.push([
      what,
      spread(one),
      parts(upsert),
      spread(many),
      parts(batch),
      value.toFixed(1),
      spread(next),
      (many.median / next.median).toFixed(1),
    ]);
  }
  const columns = [
    "items",
    "one upsert",
    "server + database",
    "one batch",
    "server + database",
    "ratio",
    "one of a stream",
    "ratio",
  ];
  return {
    name: "batch-cost",
    title: `What a batch of ${batchItems.toLocaleString("en")} entities costs, in single upserts`,
    method:
      `CPU milliseconds of the server's process and of every process of its PostgreSQL (fsync on), as the scheduler counts them. ` +
      `All entities are new. After warming up, ${runs} times each in turn: one upsert and one batch, each after a pause of ` +
      `${pauseMs} ms; medians, and the least and the most. The bound is about these. A request in a stream ` +
      `(${streamUpserts} upserts, ${streamConcurrency} at a time) costs less than one alone, since nobody has to wake up: ` +
      `it is given beside them.`,
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
