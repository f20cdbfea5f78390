import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Arrivals, watchArrivals } from "./arrivals.js";
import { type Answer, call } from "./call.js";
import { made, startApi, type TestApi, type TestOperator } from "./harness.js";
import { holdTransaction, lockWaiters } from "./held-transaction.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";

const entities = "/operator-data-api/entities";
const data = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
let proxy: PostgresProxy;
let baseUrl: string;
let arrivals: Arrivals;
let ours: TestOperator;
beforeAll(async () => {
  api = await startApi();
  proxy = await startPostgresProxy(api.database.server);
  // One connection, which a call that waits for a lock keeps: calls that arrive meanwhile wait for it and then go together.
  const narrow = await api.startTwin({ ...proxy.address, poolMax: 1, releasesWhileLocked: false });
  baseUrl = narrow.baseUrl;
  arrivals = watchArrivals(narrow.db);
});
beforeEach(async () => {
  ours = await api.createOperator(api.ours);
  for (const externalId of ["p1", "p2", "p3", "busy"]) made(await upsert(ours, externalId));
});
afterAll(async () => {
  await api.stop();
  await proxy.stop();
});

type Sender = Pick<TestOperator, "key">;
type Headers = Record<string, string>;

const upsert = ({ key }: Sender, externalId: string, headers: Headers = {}, more = {}) =>
  call(baseUrl, "POST", entities, {
    key,
    headers,
    body: { entityType: "player", externalId, data: { ...data, ...more } },
  });
const read = ({ key }: Sender, externalId: string) =>
  call(baseUrl, "GET", `${entities}/${externalId}`, { key });
const record = ({ key }: Sender, externalId: string, headers: Headers = {}) =>
  call(baseUrl, "POST", `${entities}/${externalId}/events`, {
    key,
    headers,
    body: { eventType: "session", data: {} },
  });
const setState = ({ key }: Sender, externalId: string, value: number, stateKey = "balance") =>
  call(baseUrl, "PUT", `${entities}/${externalId}/state/${stateKey}`, { key, body: { value } });

/** Sends calls while the server's one connection is taken, and lets them go at once. */
async function together(
  send: () => readonly Promise<Answer>[],
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<{ answers: Answer[]; trips: readonly string[] }> {
  const holder = await holdTransaction(api);
  await holder.run("select from entities where operator_id = $1 and external_id = 'busy' for update", [
    ours.id,
  ]);
  const busy = upsert(ours, "busy");
  await lockWaiters(api, 1);
  proxy.clear();
  arrivals.clear();
  const sent = send();
  await arrivals.reached(sent.length);
  await meanwhile();
  await holder.end("rollback");
  const answers = await Promise.all(sent);
  made(await busy);
  return { answers, trips: proxy.trips };
}

const told = (answers: readonly Answer[]) => answers.map(({ status, body }) => body.error?.code ?? status);

describe("calls under one key that come at once", () => {
  it("are one round trip, and each is answered for itself", async () => {
    const reads = await together(() =>
      ["p1", "p2", "nobody", "p3"].map((externalId) => read(ours, externalId)),
    );
    expect(told(reads.answers)).toEqual([200, 200, "ENTITY_NOT_FOUND", 200]);
    expect(reads.answers.map(({ body }) => body.data?.external_id)).toEqual(["p1", "p2", undefined, "p3"]);
    expect(reads.trips.filter((name) => name === "get_entities")).toHaveLength(1);

    const writes = await together(() => [
      upsert(ours, "new"),
      record(ours, "p2"),
      record(ours, "nobody"),
      setState(ours, "p1", 7),
      upsert(ours, "p3"),
    ]);
    expect(told(writes.answers)).toEqual([201, 201, "ENTITY_NOT_FOUND", 200, 200]);
    expect(writes.trips.filter((name) => /^(upsert_entity|record_event|set_state)$/.test(name))).toHaveLength(
      1,
    );
  });

  it("with an Idempotency-Key execute once, and a repeat among them is told what the first one was", async () => {
    const once = { "Idempotency-Key": "once" };
    const { answers } = await together(() => [
      upsert(ours, "new", once),
      upsert(ours, "p1"),
      upsert(ours, "new", once),
      record(ours, "p1", { "Idempotency-Key": "event" }),
      record(ours, "p1", { "Idempotency-Key": "event" }),
    ]);
    expect(told(answers.slice(0, 3))).toEqual([201, 200, 201]);
    // Whichever of the two arrived first.
    expect(told(answers.slice(3)).sort()).toEqual([200, 201]);
    expect(answers[0]?.text).toBe(answers[2]?.text);
    const rows = await api.sql(
      `select (select count(*)::int from entities where operator_id = $1 and external_id = 'new') as entities,
         (select count(*)::int from events where operator_id = $1) as events`,
      [ours.id],
    );
    expect(rows).toEqual([{ entities: 1, events: 1 }]);
  });

  it("lock an entity's states by their keys, so that no two groups wait for each other over them", async () => {
    const stateKeys = ["risk_score", "loyalty_tier", "kyc_status", "balance"];
    const { answers, trips } = await together(() => stateKeys.map((key) => setState(ours, "p1", 1, key)));
    expect(told(answers)).toEqual(Array(4).fill(200));
    expect(trips.filter((name) => name === "set_state")).toHaveLength(1);
    const rows = await api.sql<{ state_key: string }>(
      "select state_key from states where operator_id = $1 order by updated_at",
      [ours.id],
    );
    expect(rows.map(({ state_key }) => state_key)).toEqual([...stateKeys].sort());
  });

  it("reach their own tenant's things alone, whatever they are called", async () => {
    const theirs = await api.createOperator(api.theirs);
    made(await upsert(theirs, "p1", {}, { country: "MT" }));
    const readers = [ours, theirs, ours, theirs, ours, theirs];
    const { answers } = await together(() => readers.map((reader) => read(reader, "p1")));
    expect(answers.map(({ body }) => body.data.data.country)).toEqual(["GB", "MT", "GB", "MT", "GB", "MT"]);
  });
});

describe("of calls that wait together", () => {
  it.each([
    ["revoked", "update api_keys set revoked_at = now() where operator_id = $1", "AUTH_REVOKED"],
    [
      "suspended",
      "update operators set status = 'suspended', suspended_at = now() where id = $1",
      "AUTH_SUSPENDED",
    ],
  ])("none is done when their key is %s meanwhile", async (_, sql, code) => {
    // Of the same server, under another key: who holds the connection is to have been let in before.
    const other = { key: (await api.createKey(api.ours, ours.id)).key };
    made(await read(other, "p1"));
    const end = () => api.sql(sql, [ours.id]);
    const { answers } = await together(
      () => [
        read(other, "p1"),
        upsert(other, "new"),
        read(other, "p2"),
        upsert(other, "p3"),
        record(other, "p1"),
      ],
      end,
    );
    expect(told(answers)).toEqual(Array(5).fill(code));
    const rows = await api.sql("select from events where operator_id = $1", [ours.id]);
    expect(rows).toEqual([]);
    expect(
      await api.sql("select from entities where operator_id = $1 and external_id = 'new'", [ours.id]),
    ).toEqual([]);
  });

  it("one that needs a locked thing waits alone", async () => {
    const { baseUrl: wide, db } = await api.startTwin({
      ...api.database.server,
      poolMax: 2,
      releasesWhileLocked: false,
    });
    const wideArrivals = watchArrivals(db);
    const other = await api.createKey(api.ours, ours.id);
    const set = (externalId: string, key = ours.key) =>
      call(wide, "PUT", `${entities}/${externalId}/state/balance`, { key, body: { value: 1 } });
    const lock = async (externalId: string) => {
      const holder = await holdTransaction(api);
      const text = "select from entities where operator_id = $1 and external_id = $2 for update";
      await holder.run(text, [ours.id, externalId]);
      return holder;
    };
    for (const key of [ours.key, other.key]) made(await set("p1", key));
    const [busy, locked] = [await lock("busy"), await lock("p2")];
    // Both connections are taken, so what comes next goes together.
    const takers = [set("busy"), set("busy", other.key)];
    await lockWaiters(api, 2);
    wideArrivals.clear();
    const [one, waiting, another] = [set("p1"), set("p2"), set("p3")];
    await wideArrivals.reached(3);
    await busy.end("rollback");
    expect(told(await Promise.all([...takers, one, another]))).toEqual([200, 200, 200, 200]);
    await locked.end("rollback");
    expect((await waiting).status).toBe(200);
  });
});
