import { randomInt } from "node:crypto";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "../call.js";
import { startApi, type TestApi } from "../harness.js";
import { Actor, eraseTheBusy, manage } from "./actor.js";
import { Chance } from "./chance.js";
import { type Answers, openClients } from "./clients.js";
import { Fleet } from "./fleet.js";
import { Journal } from "./journal.js";
import { differences, settledJobs } from "./verify.js";

// The seed fixes what is done and what is killed; when, only the machine knows.
const seconds = Number(process.env.CHAOS_SECONDS ?? 120);
const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const actorCount = 16;
const masterKeys = generateMasterKey("test1");

let api: TestApi;
let fleet: Fleet;
beforeAll(async () => {
  api = await startApi({ masterKeys });
  await unlimited();
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
  const journal = new Journal();
  const answers: Answers = new Map();
  const keys = { operator: api.ours.operator.key, platform: api.ours.key };
  const open = () => openClients(fleet.baseUrls, keys, chance.fork(), answers);
  const untilMs = performance.now() + seconds * 1_000;
  const goesOn = () => performance.now() < untilMs && journal.faults.length === 0;

  await Promise.all([
    fleet.harass(chance.fork(), untilMs),
    ...Array.from({ length: actorCount }, (_, n) =>
      new Actor(`a${n}`, open().client, chance.fork(), journal).run(goesOn),
    ),
    eraseTheBusy(open().client, journal, goesOn),
    manage(open(), chance.fork(), journal, goesOn),
  ]);
  await fleet.ready();
  const jobs = await settledJobs(api);
  const wrong = await differences(api, journal);
  const unreadable = await readBack(journal);

  const sent = [...answers.values()].reduce((sum, count) => sum + count, 0);
  say(
    `${journal.acknowledged} calls acknowledged in ${sent} attempts; ${fleet.kills} processes killed, ${fleet.stops} stopped; ` +
      `${journal.erased.length} erasures, ${journal.batches.length} batches, ${journal.settingsWritten} settings, ` +
      `${journal.operators.length} operators`,
  );
  say(`answers: ${[...answers].map(([status, count]) => `${status} × ${count}`).join(", ")}`);
  for (const fault of [...journal.faults, ...wrong, ...unreadable]) say(`FAULT ${fault}`);

  expect({ faults: journal.faults, wrong, unreadable, jobs }).toEqual({
    faults: [],
    wrong: [],
    unreadable: [],
    jobs: [],
  });
  const servers = [...answers.keys()].filter((status) => typeof status === "number" && status >= 500);
  expect(servers.filter((status) => status !== 503)).toEqual([]);
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

/** The load is the point here, not its limits. */
async function unlimited(): Promise<void> {
  const rateLimits = { realtime: 1_000_000, batch: 1_000_000, read: 1_000_000, management: 1_000_000 };
  const path = `/platform-api/operators/${api.ours.operator.id}`;
  const { status, text } = await api.call("PUT", path, {
    key: api.ours.key,
    body: { configuration: { rateLimits } },
  });
  if (status !== 200) throw new Error(text);
  await api.sql("update platforms set management_limit = 1000000 where id = $1", [api.ours.id]);
}
