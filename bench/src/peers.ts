import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@onehazel/db";
import { player } from "./batch/cases.js";
import { type Reading, Sampler, type Target } from "./ceiling/measure.js";
import { worksOf } from "./ceiling/works.js";
import { processMeter } from "./harness/cpu.js";
import { type Driver, startDriver } from "./harness/driver.js";
import type { Findings } from "./harness/report.js";
import { onStage, type Stage } from "./harness/stage.js";
import { directus } from "./peers/directus.js";
import { parse } from "./peers/parse.js";
import { install, type Peer, type PeerWorks } from "./peers/peer.js";
import { postgraphile } from "./peers/postgraphile.js";
import { type Contestant, tellPeers, type WorkReadings } from "./peers/tell.js";

const peers: readonly Peer[] = [directus, parse, postgraphile];
const entities = 1_000;
const callers = 10;
const rounds = 5;
const warmUpRounds = 1;
const sliceMs = 400;
const names = ["create", "update", "read", "bulk"] as const;

interface Ready extends Contestant {
  readonly target: Target;
  readonly works: PeerWorks;
  readonly sampler: Sampler;
  stop(): Promise<void>;
}

/** What other products answer on the same PostgreSQL, with the same rows, under the same load. */
export async function comparePeers(): Promise<Findings> {
  for (const peer of peers) await install(peer);
  const dir = mkdtempSync(join(tmpdir(), "onehazel-peers-"));
  try {
    return await onStage({ connectionsMax: 1 }, async (stage) => {
      const driver = startDriver();
      const ready: Ready[] = [oursOf(stage, driver)];
      const absent: string[] = [];
      try {
        for (const peer of peers) {
          try {
            ready.push(await startPeer(stage, driver, peer, join(dir, peer.folder)));
          } catch (error) {
            absent.push(
              `${peer.name} ${peer.version} did not start: ${(error as Error).message.slice(0, 300)}`,
            );
          }
        }
        for (const { target, works } of ready) await fill(driver, target, works);
        const readings = await measure(ready);
        return tellPeers({
          postgresVersion: stage.postgresVersion,
          contestants: ready,
          readings,
          absent,
          rounds,
        });
      } finally {
        for (const { stop } of ready) await stop();
        driver.stop();
      }
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function oursOf({ key, port, serverCpu, postgresCpu, serverPid }: Stage, driver: Driver): Ready {
  const works = Object.fromEntries(worksOf(key).map(({ name, ours }) => [name, ours]));
  const items = Array.from({ length: 1_000 }, (_, n) => player(true)("bulk{serial}", n));
  const { upsertNew, upsert, read } = works as Required<typeof works>;
  const bulk = {
    ...upsertNew!,
    path: "/operator-data-api/batch/entities",
    body: JSON.stringify(items),
    status: [200],
    says: '"failed":0',
  };
  return {
    name: "OneHazel",
    version: "",
    pid: serverPid,
    setUp:
      "five of nine fields encrypted, validated against its template, isolated by row-level security, counted",
    bulkItems: 1_000,
    target: { port, server: serverCpu, postgres: postgresCpu },
    works: { create: upsertNew!, update: upsert!, read: read!, bulk },
    sampler: new Sampler(driver, entities),
    stop: async () => undefined,
  };
}

async function startPeer(
  { postgres, postgresCpu }: Stage,
  driver: Driver,
  peer: Peer,
  dir: string,
): Promise<Ready> {
  mkdirSync(dir);
  const admin = openDatabase({ ...postgres.superuser, poolMax: 1 });
  await admin.pool.query(`create database ${peer.folder}`);
  await admin.close();
  const { program, works } = await peer.start({ ...postgres.superuser, database: peer.folder }, dir);
  const { name, version, setUp, bulkItems } = peer;
  return {
    ...{ name, version, setUp, bulkItems, works, pid: program.pid },
    target: { port: program.port, server: processMeter(program.pid), postgres: postgresCpu },
    sampler: new Sampler(driver, entities),
    stop: program.stop,
  };
}

/** The same entities for all, made as each of them makes them. */
async function fill(driver: Driver, { port }: Target, { create }: PeerWorks): Promise<void> {
  const numbers = Array.from({ length: entities }, (_, index) => 1 + index);
  await driver.run({ port, shape: create, callers, numbers });
}

async function measure(ready: readonly Ready[]): Promise<readonly WorkReadings[]> {
  const all = ready.map(
    (): Record<(typeof names)[number], Reading[]> => ({ create: [], update: [], read: [], bulk: [] }),
  );
  for (let run = -warmUpRounds; run < rounds; run += 1) {
    for (const name of names) {
      for (const [index, { sampler, target, works }] of ready.entries()) {
        const isNew = name === "create" ? { isNew: true as const } : {};
        const ask = { shape: works[name], ...isNew, ...(name === "bulk" ? { requestsMin: 2 } : {}) };
        const atOnce = name === "bulk" ? 2 : callers;
        const reading = await sampler.take(name, target, ask, atOnce, sliceMs);
        if (run >= 0) all[index]![name].push(reading);
      }
    }
  }
  return all;
}
