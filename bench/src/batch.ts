import { type Database, openDatabase } from "@onehazel/db";
import {
  bareStatement,
  type Case,
  cases,
  eventfulCount,
  eventfulPrefix,
  player,
  readyRows,
  sealAll,
} from "./batch/cases.js";
import { makeBareTables } from "./ceiling/tables.js";
import { processMeter } from "./harness/cpu.js";
import { type Driver, startDriver } from "./harness/driver.js";
import type { Findings } from "./harness/report.js";
import { onStage, type Stage } from "./harness/stage.js";
import { ratios, summarise } from "./harness/stats.js";
import { count, ms, share, spreadOf } from "./harness/text.js";

const rounds = 12;
const warmUpRounds = 3;
const batchesPerRound = 3;

/** One batch's milliseconds: on the clock, and of CPU. */
interface Cost {
  readonly elapsedMs: number;
  readonly serverMs: number;
  readonly postgresMs: number;
}

interface Readings {
  readonly ours: Cost[];
  readonly bare: Cost[];
  readonly sealing: number[];
}

/** What a batch costs beside a statement that does no more than store its rows, and how much of that is encryption. */
export async function batch(): Promise<Findings> {
  return onStage({ connectionsMax: 1 }, async (stage) => {
    const db = openDatabase({ ...(await makeBareTables(stage.postgres.superuser)), poolMax: 1 });
    const driver = startDriver();
    const readings = cases.map((): Readings => ({ ours: [], bare: [], sealing: [] }));
    try {
      await loadEventful(stage);
      for (let run = -warmUpRounds; run < rounds; run += 1) {
        for (const [index, one] of cases.entries()) {
          const ours = await costOfOurs(stage, driver, one);
          const bare = await costOfBare(stage, db, one, run);
          const sealing = msOfSealing(one);
          if (run < 0) continue;
          readings[index]?.ours.push(ours);
          readings[index]?.bare.push(bare);
          readings[index]?.sealing.push(sealing);
        }
      }
      return findings(stage, readings);
    } finally {
      driver.stop();
      await db.close();
    }
  });
}

async function loadEventful({ client, key }: Stage): Promise<void> {
  const items = Array.from({ length: eventfulCount }, (_, n) => player(false)(eventfulPrefix, n));
  const path = "/operator-data-api/batch/entities";
  await client.sendAll([{ method: "POST", path, key, body: JSON.stringify(items) }], 1);
}

async function costOfOurs(
  { port, key, serverCpu, postgresCpu }: Stage,
  driver: Driver,
  one: Case,
): Promise<Cost> {
  // The load process puts another number in place of the serial of each batch: all entities are new.
  const items = Array.from({ length: one.items }, (_, n) => one.item("new{serial}", n));
  const shape = {
    method: "POST",
    path: one.path,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(items),
    status: [200],
    says: '"failed":0',
  };
  const plan = { port, shape, callers: 1, numbers: Array.from({ length: batchesPerRound }, () => 0) };
  const meters = { server: serverCpu, postgres: postgresCpu };
  const { latenciesMs, spent } = await driver.runMetered(plan, meters);
  return {
    elapsedMs: summarise([...latenciesMs]).median,
    serverMs: spent.server / batchesPerRound,
    postgresMs: spent.postgres / batchesPerRound,
  };
}

async function costOfBare({ postgresCpu }: Stage, db: Database, one: Case, run: number): Promise<Cost> {
  const ready = Array.from({ length: batchesPerRound }, (_, n) =>
    readyRows(one, `new${String((run + warmUpRounds) * batchesPerRound + n).padStart(9, "0")}`),
  );
  const own = processMeter(process.pid);
  const { name, text } = bareStatement(one);
  const before = { own: own(), postgres: postgresCpu() };
  const elapsedMs: number[] = [];
  for (const values of ready) {
    const startedAtMs = performance.now();
    await db.query(name, text, values);
    elapsedMs.push(performance.now() - startedAtMs);
  }
  return {
    elapsedMs: summarise(elapsedMs).median,
    serverMs: (own() - before.own) / batchesPerRound,
    postgresMs: (postgresCpu() - before.postgres) / batchesPerRound,
  };
}

function msOfSealing(one: Case): number {
  const items = Array.from({ length: one.items }, (_, n) => one.item("sealed", n));
  const startedAtMs = performance.now();
  sealAll(one, items);
  return performance.now() - startedAtMs;
}

function findings({ postgresVersion }: Stage, readings: readonly Readings[]): Findings {
  const clock = (costs: readonly Cost[]) => costs.map(({ elapsedMs }) => elapsedMs);
  const cpu = (costs: readonly Cost[]) =>
    [costs.map(({ serverMs }) => serverMs), costs.map(({ postgresMs }) => postgresMs)]
      .map((each) => ms(summarise(each).median))
      .join(" + ");
  const told = cases.map((one, index) => ({ one, ...(readings[index] as Readings) }));
  const ratiosOf = ({ ours, bare }: Readings) => ratios(clock(bare), clock(ours));
  return {
    name: "batch",
    title: "What a batch costs, beside a statement that does no more than store its rows",
    method:
      "One caller, one batch after the other, all entities new. The bare statement is `insert … select … from unnest(…) on conflict … do update`, " +
      "prepared, from one connection of `pg`, in tables with the columns, checks and indexes of ours (`like … including all`), without policies and " +
      "months; it is given the rows as ours are stored, ciphertexts and ids included, made beforehand. Encryption alone is the server's own " +
      `calls for the batch's records in a loop. Milliseconds; ${rounds} interleaved rounds of ${batchesPerRound} batches after ${warmUpRounds} to warm up: medians, ` +
      "the least and the most; ratios are medians of each round's. CPU of ours is the server's and the database's, of the bare statement " +
      "the client's and the database's.",
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      {
        columns: [
          "batch",
          "ours",
          "bare statement",
          "encryption alone",
          "bare ÷ ours",
          "CPU ours",
          "CPU bare",
        ],
        rows: told.map(({ one, ...each }) => [
          one.what,
          spreadOf(clock(each.ours), ms),
          spreadOf(clock(each.bare), ms),
          one.piiFields.length === 0 ? "–" : spreadOf(each.sealing, ms),
          spreadOf(ratiosOf(each), share),
          cpu(each.ours),
          cpu(each.bare),
        ]),
      },
      {
        columns: ["batch", "items a second, ours", "bare statement", "ours without encryption, in bare ones"],
        rows: told.map(({ one, ...each }) => {
          const rate = clock(each.ours).map((elapsedMs) => (one.items * 1_000) / elapsedMs);
          const bareRate = clock(each.bare).map((elapsedMs) => (one.items * 1_000) / elapsedMs);
          const rest = clock(each.ours).map(
            (elapsedMs, run) => elapsedMs - (one.piiFields.length && each.sealing[run]!),
          );
          return [
            one.what,
            spreadOf(rate, count),
            spreadOf(bareRate, count),
            spreadOf(ratios(clock(each.bare), rest), share),
          ];
        }),
      },
    ],
    bounds: told.map(({ one, ...each }) => ({
      what: `${one.what}: throughput, in the bare statement's`,
      value: summarise(ratiosOf(each)).median,
      min: one.min,
    })),
    chart: {
      title: "A batch, milliseconds",
      groups: told.map(({ one, ours, bare, sealing }) => ({
        label: one.what,
        bars: [
          { series: "OneHazel", value: summarise(clock(ours)).median },
          { series: "bare statement", value: summarise(clock(bare)).median },
          ...(one.piiFields.length === 0
            ? []
            : [{ series: "encryption alone", value: summarise(sealing).median }]),
        ],
      })),
    },
    readings: told.map(({ one, ...each }) => ({ what: one.what, ...each })),
  };
}
