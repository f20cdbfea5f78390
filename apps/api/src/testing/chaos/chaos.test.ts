import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "../call.js";
import { startApi, type TestApi } from "../harness.js";
import { Chance } from "./chance.js";
import { Fleet } from "./fleet.js";
import type { Journal } from "./journal.js";
import { Load, liftLimits } from "./load.js";
import { compare, settledJobs } from "./verify.js";

// The seed fixes what is done and what is killed; when, only the machine knows.
const seconds = Number(process.env.CHAOS_SECONDS ?? 120);
const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const masterKeys = generateMasterKey("test1");

let api: TestApi;
let fleet: Fleet;
beforeAll(async () => {
  api = await startApi({ masterKeys });
  await liftLimits(api, api.ours);
  fleet = await Fleet.start(api, masterKeys);
});
afterAll(async () => {
  await fleet?.close();
  await api?.stop();
});

const say = (line: string) => process.stdout.write(`${line}\n`);

it(`two servers and a worker, killed at random for ${seconds} s, lose nothing and store nothing twice`, async () => {
  say(`CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds}`);
  const chance = new Chance(seed);
  const untilMs = performance.now() + seconds * 1_000;
  const harassed = fleet.harass(chance.fork(), () => performance.now() >= untilMs);
  const load = new Load(fleet, api.ours, chance, { actors: 16, busy: true });
  const { journal, answers } = load;
  while (performance.now() < untilMs && journal.faults.length === 0) await sleep(50);
  await Promise.all([harassed, load.end()]);
  await fleet.ready();
  const jobs = await settledJobs(api);
  const { faults: wrong } = await compare(api, api.ours, journal);
  const unreadable = await readBack(journal);

  const sent = [...answers.values()].reduce((sum, count) => sum + count, 0);
  say(
    `${journal.acknowledged} calls acknowledged in ${sent} attempts; ${fleet.kills} processes killed, ${fleet.stops} stopped; ` +
      `${journal.erased.length} erasures, ${journal.batches.length} batches, ${journal.settingsWritten} settings, ` +
      `${journal.operators.length} operators`,
  );
  say(`answers: ${[...answers].map(([status, count]) => `${status} × ${count}`).join(", ")}`);
  for (const fault of [...journal.faults, ...wrong, ...unreadable]) say(`FAULT ${fault}`);

  const { falls, failedStarts } = fleet;
  expect({ faults: journal.faults, wrong, unreadable, jobs, falls, failedStarts }).toEqual({
    faults: [],
    wrong: [],
    unreadable: [],
    jobs: [],
    falls: [],
    failedStarts: 0,
  });
  expect(load.strange).toEqual([]);
  expect(fleet.kills + fleet.stops).toBeGreaterThan(0);
  expect(journal.erased.length).toBeGreaterThan(0);
});

/** Over the wire, from both servers: the living are read, the erased are not. */
async function readBack({ people }: Journal): Promise<string[]> {
  const wrong: string[] = [];
  for (const [n, { externalId, life }] of people.entries()) {
    const path = `/operator-data-api/entities/${externalId}`;
    const server = fleet.baseUrls[n % fleet.baseUrls.length] as string;
    const { status, body } = await call(server, "GET", path, { key: api.ours.operator.key });
    if (status !== (life ? 200 : 404)) wrong.push(`${externalId} answers ${status}`);
    if (life && body.data.data.version !== life.version)
      wrong.push(`${externalId} is read in another version`);
  }
  return wrong;
}
