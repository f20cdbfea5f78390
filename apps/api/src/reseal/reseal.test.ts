import { generateMasterKey, OperatorKeys, parseMasterKeys } from "@onehazel/crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import { openData } from "../sealing/service.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { addJob, jobsDone, killMidway, startTestWorker } from "../testing/worker.js";
import { startWorker } from "../worker/start.js";

const oldKey = generateMasterKey("old");
const newKey = generateMasterKey("new");
const masterKeys = `${oldKey},${newKey}`;
const data = "/operator-data-api";

let api: TestApi;
let operator: TestOperator;
let templateId: string;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const schema = (pii: Record<string, string[]>) => ({
  entity_types: { guest: { required: [], optional: ["name", "email", "room"] } },
  event_types: { visit: { required: [], optional: ["ip", "page"] } },
  state_keys: ["mood"],
  pii_fields: pii,
});
const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `${data}${path}`, { key: operator.key, ...(body === undefined ? {} : { body }) });

beforeEach(async () => {
  operator = await api.createOperator(api.ours, { template: false });
  const template = { name: "Hotel", schema: schema({ guest: ["email"] }) };
  templateId = made<{ id: string }>(await call("POST", "/templates", template)).id;
  made(await call("PUT", "/settings", { templateId }));
});

const grow = (pii: Record<string, string[]>) =>
  call("PUT", `/templates/${templateId}`, { name: "Hotel", schema: schema(pii) }).then(made);

const guest = (n: number) => ({ name: `Nina ${n}`, email: `n${n}@example.com`, room: n });
async function newGuest(n: number): Promise<void> {
  made(await call("POST", "/entities", { entityType: "guest", externalId: `g${n}`, data: guest(n) }));
  const visit = { eventType: "visit", data: { ip: `192.0.2.${n}`, page: "/" } };
  made(await call("POST", `/entities/g${n}/events`, visit));
}

/** Many guests with an event each, in clear, as a template without PII would have left them. */
async function addClear(rows: number): Promise<void> {
  await api.sql(
    `with people as (
       insert into entities (operator_id, id, external_id, entity_type, data, created_at, updated_at)
       select $1, 'ent_' || left(md5($1 || n), 16), 'c' || n, 'guest', jsonb_build_object('name', 'Clear ' || n, 'room', n),
         now(), now()
       from generate_series(1, $2::int) n
       returning id
     )
     insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, id, 'eev_' || substr(id, 5), 'visit', '{"ip": "198.51.100.1"}', now() - random() * interval '100 days'
     from people`,
    [operator.id, rows],
  );
}

interface Stored {
  readonly data: Record<string, unknown>;
  readonly sealed: string[];
  readonly master_key_id: string | null;
  readonly external_id: string;
  readonly id: string;
}
const stored = (table: "entities" | "events") =>
  api.sql<Stored>(`select * from ${table} where operator_id = $1 order by id`, [operator.id]);
/** How many rows still show a text that only clear ones have: no ciphertext has a space or a dot in such a place. */
async function clear(): Promise<number> {
  const rows = [...(await stored("entities")), ...(await stored("events"))];
  return rows.filter((row) => /Nina \d|Clear \d|192\.0\.2|198\.51/.test(JSON.stringify(row.data))).length;
}
const progress = async () =>
  (await api.sql("select * from reseal_requests where operator_id = $1", [operator.id]))[0];

async function workOff(): Promise<void> {
  const worker = await startTestWorker(api);
  await jobsDone(api);
  await worker.stop();
}

describe("when a template's PII list grows", () => {
  it("what is stored is sealed too, entities and events, and reads as before", async () => {
    for (const n of [1, 2, 3]) await newGuest(n);
    const before = (await stored("entities")).map((row) => row.data.email);
    expect(await clear()).toBe(6);
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await workOff();
    expect(await clear()).toBe(0);
    const entities = await stored("entities");
    // What was sealed already is left as it was.
    expect(entities.map((row) => row.data.email)).toEqual(before);
    for (const row of entities)
      expect(row).toMatchObject({ sealed: ["email", "name"], master_key_id: "old" });
    for (const n of [1, 2, 3]) {
      const read = await call("GET", `/entities/g${n}`);
      expect(read.body.data.data).toEqual(guest(n));
      const [event] = (await call("GET", `/entities/g${n}/events`)).body.data;
      expect(event.data).toMatchObject({ page: "/", ip: expect.stringMatching(/^v1\.old\./) });
      const one = await call("GET", `/entities/g${n}/events/${event.id}`);
      expect(one.body.data.data).toEqual({ ip: `192.0.2.${n}`, page: "/" });
    }
    expect(await progress()).toMatchObject({
      rows_seen: "6",
      rows_sealed: "6",
      rows_failed: "0",
      completed_at: expect.any(Date),
    });
  });

  it("choosing a template with more of it does the same", async () => {
    await newGuest(1);
    const template = { name: "Strict", schema: schema({ guest: ["email", "name"], visit: ["ip"] }) };
    const { id } = made<{ id: string }>(await call("POST", "/templates", template));
    made(await call("PUT", "/settings", { templateId: id }));
    await workOff();
    expect(await clear()).toBe(0);
  });

  it("leaves an erased entity and its events as they are, whatever the fields are called", async () => {
    await newGuest(1);
    made(await call("DELETE", "/entities/g1"));
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await workOff();
    expect((await stored("events"))[0]).toMatchObject({ data: { erased: true }, sealed: [] });
    expect((await stored("entities"))[0]).toMatchObject({ data: { erased: true }, sealed: [] });
  });

  it("keeps sealed what was, when a field is PII no longer", async () => {
    await newGuest(1);
    await grow({ guest: ["name"] });
    await workOff();
    expect((await stored("entities"))[0]).toMatchObject({ sealed: ["email", "name"] });
    expect((await call("GET", "/entities/g1")).body.data.data).toEqual(guest(1));
  });

  it("loses none of the writes that go on meanwhile, and leaves none of them in clear", async () => {
    await addClear(1_500);
    const worker = await startTestWorker(api);
    let writing = true;
    const last = new Map<number, number>();
    const writer = async (lane: number) => {
      for (let round = 0; writing; round += 1) {
        const n = 1 + ((round * 7 + lane * 211) % 1_500);
        const body = { entityType: "guest", externalId: `c${n}`, data: { name: `Clear ${n}`, room: -round } };
        if (n % 4 === lane) {
          made(await call("POST", "/entities", body));
          last.set(n, -round);
        }
      }
    };
    const writers = [0, 1, 2, 3].map(writer);
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await jobsDone(api);
    writing = false;
    await Promise.all(writers);
    await worker.stop();
    expect(await clear()).toBe(0);
    for (const [n, room] of last)
      expect((await call("GET", `/entities/c${n}`)).body.data.data).toEqual({ name: `Clear ${n}`, room });
  });

  it("again while a walk is under way, starts another over all of it", async () => {
    await addClear(1_200);
    await grow({ guest: ["email", "name"] });
    await killMidway(api, {
      masterKeys,
      lock: `select from entities where operator_id = '${operator.id}' order by id desc limit 1 for update`,
      reached: async () => (await progress())?.rows_sealed === "1000",
    });
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await workOff();
    expect(await clear()).toBe(0);
    // Of the second walk: every row was looked at again.
    expect(await progress()).toMatchObject({ rows_seen: "2400", rows_sealed: "1400" });
  });

  it("is taken up where a killed worker left it", async () => {
    await addClear(1_200);
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await killMidway(api, {
      masterKeys,
      lock: `select from events where operator_id = '${operator.id}' order by occurred_at desc limit 1 for update`,
      reached: async () => (await progress())?.rows_seen === "2200",
    });
    expect(await clear()).toBe(200);
    await workOff();
    expect(await clear()).toBe(0);
    expect(await progress()).toMatchObject({ rows_seen: "2400", rows_sealed: "2400" });
  });

  it("two workers at once share one walk", async () => {
    await addClear(1_200);
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    const workers = await Promise.all([startTestWorker(api), startTestWorker(api)]);
    await addJob(api, "reseal", operator.id);
    await jobsDone(api);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await progress()).toMatchObject({ rows_seen: "2400", rows_sealed: "2400" });
    expect(await clear()).toBe(0);
  });
});

describe("when the master key changes", () => {
  it("the same walk seals everything under the current one, and drops no row that no key opens", async () => {
    for (const n of [1, 2, 3]) await newGuest(n);
    await grow({ guest: ["email", "name"], visit: ["ip"] });
    await workOff();
    await api.sql(
      "update entities set data = data || '{\"email\": \"v1.gone.AAAA\"}', master_key_id = 'gone' where external_id = 'g3' and operator_id = $1",
      [operator.id],
    );
    await api.sql("update reseal_requests set requested_at = clock_timestamp() where operator_id = $1", [
      operator.id,
    ]);
    const rotated = parseMasterKeys(`${newKey},${oldKey}`);
    const log = createLogger("trace", { write: (line) => void api.logLines.push(line) });
    const worker = await startWorker({ connection: api.database.worker, keyring: rotated, log });
    await addJob(api, "reseal", operator.id);
    await jobsDone(api);
    await worker.stop();

    const [salt] = await api.sql<{ pii_salt: Buffer }>("select pii_salt from operators where id = $1", [
      operator.id,
    ]);
    const onlyNew = new OperatorKeys(parseMasterKeys(newKey), {
      operatorId: operator.id,
      salt: salt?.pii_salt as Buffer,
    });
    for (const row of (await stored("entities")).filter(({ external_id }) => external_id !== "g3")) {
      expect(row.master_key_id).toBe("new");
      const record = { kind: "entity", externalId: row.external_id } as const;
      expect(openData(onlyNew, record, row.data, row.sealed)).toEqual(
        guest(Number(row.external_id.slice(1))),
      );
    }
    for (const row of await stored("events")) {
      expect(row.master_key_id).toBe("new");
      expect(openData(onlyNew, { kind: "event", id: row.id }, row.data, row.sealed).ip).toMatch(/^192/);
    }
    const lost = (await stored("entities")).find(({ external_id }) => external_id === "g3");
    expect(lost).toMatchObject({ master_key_id: "gone", data: { email: "v1.gone.AAAA" } });
    expect(await progress()).toMatchObject({ rows_sealed: "5", rows_failed: "1" });
    expect(api.logLines.join()).toContain("some rows could not be sealed anew");
    // The servers that still write under the old one read both.
    expect((await call("GET", "/entities/g1")).body.data.data).toEqual(guest(1));
  });
});
