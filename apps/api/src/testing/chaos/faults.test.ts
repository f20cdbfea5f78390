import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { generateMasterKey } from "@onehazel/crypto";
import { type TestCluster, useOwnCluster } from "@onehazel/db/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "../harness.js";
import { type RedisProcess, startRedis } from "../redis-process.js";
import { Chance } from "./chance.js";
import type { Stage } from "./fault.js";
import { faults } from "./faults.js";
import { Fleet } from "./fleet.js";
import { type Finding, runPhase } from "./phase.js";
import { tableOf } from "./report.js";

/** How long each fault lasts. */
const seconds = Number(process.env.FAULTS_SECONDS ?? 10);
const seed = Number(process.env.FAULTS_SEED ?? randomInt(2 ** 31));
/** Where the table is written, beside the console. */
const report = process.env.FAULTS_REPORT;
/**
 * What is left out, so that one can see the run fail: `keys`, the Idempotency-Key of each write; `durability`, PostgreSQL's wait
 * for its log.
 */
const without = process.env.FAULTS_WITHOUT;
const masterKeys = generateMasterKey("test1");
/** Fewer than there are callers. */
const settings = { DATABASE_POOL_MAX: "8" };

let cluster: TestCluster;
let leave: () => Promise<void>;
let redis: RedisProcess;
let api: TestApi;
let stage: Stage;
const findings: Finding[] = [];

beforeAll(async () => {
  const careless = { synchronous_commit: "off", wal_writer_delay: "10s" };
  ({ cluster, leave } = await useOwnCluster({
    durable: true,
    settings: { max_connections: "100", ...(without === "durability" ? careless : {}) },
  }));
  redis = await startRedis();
  api = await startApi({ masterKeys });
  const fleet = await Fleet.start(api, masterKeys, { ...settings, REDIS_URL: redis.url });
  stage = { api, cluster, redis, fleet, chance: new Chance(seed) };
});
afterAll(async () => {
  await stage?.fleet.close();
  await api?.stop();
  await redis?.stop();
  await leave?.();
  const table = `${tableOf(findings)}\n`;
  process.stdout.write(`FAULTS_SEED=${seed} FAULTS_SECONDS=${seconds}\n\n${table}`);
  if (report) writeFileSync(report, table);
});

it.each(faults)("$name: nothing is lost, nothing is stored twice", async (fault) => {
  const finding = await runPhase(stage, fault, { seconds, keyless: without === "keys" });
  findings.push(finding);
  for (const text of finding.faults.slice(0, 20)) process.stdout.write(`FAULT ${fault.name}: ${text}\n`);
  expect(finding.faults).toEqual([]);
  expect([finding.duplicated, finding.lost]).toEqual([0, 0]);
  expect(finding.acknowledged).toBeGreaterThan(0);
  expect(finding.firstWriteAfterMs).toBeGreaterThanOrEqual(0);
});
