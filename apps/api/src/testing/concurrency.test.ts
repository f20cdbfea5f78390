import { createHash } from "node:crypto";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../config.js";
import { createLogger } from "../http/log.js";
import { openServerPool } from "../start/database.js";
import { type Answer, call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { holdTransaction, lockWaiters } from "./held-transaction.js";

const twins = 200;
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";

let api: TestApi;
let instances: readonly string[];
beforeAll(async () => {
  api = await startApi();
  instances = [api.baseUrl, (await api.startTwin()).baseUrl];
});
afterAll(() => api.stop());

/** The same call many times at once, shared out among as many instances as are named. */
function atOnce(
  count: number,
  bases: readonly string[],
  send: (baseUrl: string, n: number) => Promise<Answer>,
): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => send(bases[n % bases.length] as string, n)));
}

function tally(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** What is stored of an Idempotency-Key. */
const hashOf = (tenantId: string, key: string) => createHash("sha256").update(`${tenantId}\0${key}`).digest();

describe.each([1, 2])("on %i instances", (count) => {
  const bases = () => instances.slice(0, count);

  it("200 parallel upserts of a new externalId make one entity", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const answers = await atOnce(twins, bases(), (baseUrl, n) =>
      call(baseUrl, "POST", entities, {
        key,
        body: { entityType: "player", externalId: "p1", data: { ...player, n } },
      }),
    );
    expect(tally(answers.map(({ status, body }) => `${status} ${body.data?.action}`))).toEqual({
      "201 created": 1,
      "200 updated": twins - 1,
    });
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
    expect(await api.sql("select id from entities where operator_id = $1", [id])).toHaveLength(1);
  });

  it("200 parallel POSTs with one Idempotency-Key execute once, and all get the same bytes", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const answers = await atOnce(twins, bases(), (baseUrl) =>
      call(baseUrl, "POST", entities, {
        key,
        headers: { "Idempotency-Key": "once" },
        body: { entityType: "player", externalId: "p1", data: player },
      }),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: twins });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(tally(answers.map(({ headers }) => headers.get("idempotency-replayed")))).toEqual({
      null: 1,
      true: twins - 1,
    });
    const rows = await api.sql(
      "select created_at = updated_at as untouched from entities where operator_id = $1",
      [id],
    );
    expect(rows).toEqual([{ untouched: true }]);
  });

  it("200 parallel creations of an operator with one Idempotency-Key make one", async () => {
    const name = `Only ${count}`;
    const answers = await atOnce(twins, bases(), (baseUrl) =>
      call(baseUrl, "POST", "/platform-api/operators", {
        key: api.ours.key,
        headers: { "Idempotency-Key": `only-${count}` },
        body: { name },
      }),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: twins });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(tally(answers.map(({ headers }) => headers.get("idempotency-replayed")))).toEqual({
      null: 1,
      true: twins - 1,
    });
    expect(await api.sql("select id from operators where name = $1", [name])).toHaveLength(1);
  });

  it("of two requests under one key at once, one executes and the other is refused", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const answers = await atOnce(20, bases(), (baseUrl, n) =>
      call(baseUrl, "POST", entities, {
        key,
        headers: { "Idempotency-Key": "once" },
        body: { entityType: "player", externalId: `p${n % 2}`, data: player },
      }),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 10, 422: 10 });
    expect(await api.sql("select id from entities where operator_id = $1", [id])).toHaveLength(1);
  });
});

describe("a twin whose first request does not end", () => {
  const held = "held";
  const headers = { "Idempotency-Key": held };
  let impatient: string;
  /** A server whose sessions wait for a lock until they get it. */
  let waitingServer: string;
  beforeAll(async () => {
    waitingServer = (await api.startTwin({ releasesWhileLocked: false })).baseUrl;
    impatient = (await api.startTwin({ lockTimeoutMs: 300 })).baseUrl;
  });

  it.each([
    ["POST", entities, { entityType: "player", externalId: "held", data: player }, 201],
    ["PUT", "/operator-data-api/settings", { dataRetentionDays: 90 }, 200],
    ["POST", "/platform-api/operators", { name: "Held" }, 201],
  ] as const)(
    "%s %s: is told to come back, and executes once the first has given up",
    async (method, path, body, status) => {
      const platform = path.startsWith("/platform-api");
      const operator = await api.createOperator(api.ours);
      const tenant = platform ? api.ours : operator;
      const first = await holdTransaction(api);
      await first.run(
        `insert into ${platform ? "platform_idempotency_keys (platform_id" : "idempotency_keys (operator_id"}, key_hash, expires_at)
       values ($1, $2, now() + interval '1 day')`,
        [tenant.id, hashOf(tenant.id, held)],
      );
      const send = () => call(impatient, method, path, { key: tenant.key, headers, body });
      const told = await send();
      expect([told.status, told.body.error.code, told.headers.get("retry-after")]).toEqual([
        409,
        "IDEMPOTENCY_IN_PROGRESS",
        "1",
      ]);
      await first.end("rollback");
      const done = await send();
      expect([done.status, done.headers.get("idempotency-replayed")]).toEqual([status, null]);
    },
  );

  it("is not what a wait for the entity itself is taken for", async () => {
    const { key } = api.ours.operator;
    const body = { entityType: "player", externalId: "locked", data: player };
    await api.call("POST", entities, { key, body });
    const holder = await holdTransaction(api);
    await holder.run("select from entities where external_id = 'locked' for update");
    const answer = await call(impatient, "POST", entities, {
      key,
      headers: { "Idempotency-Key": "locked" },
      body,
    });
    expect([answer.status, answer.body.error.code, answer.headers.get("retry-after")]).toEqual([
      503,
      "SERVICE_UNAVAILABLE",
      "1",
    ]);
    await holder.end("rollback");
  });

  it("waits ten seconds in a server that is started as usual, and holds a connection for a fraction of that", async () => {
    const config = readConfig({
      DATABASE_URL: "postgres://unused/unused",
      ONEHAZEL_MASTER_KEYS: generateMasterKey("test"),
    });
    const db = openServerPool(api.database.server, config, createLogger("silent"));
    const { rows } = await db.query("bound", "select current_setting('lock_timeout') as lock_timeout");
    await db.close();
    expect([config.lockTimeoutMs, rows]).toEqual([10_000, [{ lock_timeout: "200ms" }]]);
  });

  it("is told to come back when the first one is a hot path that waits", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    const holder = await holdTransaction(api);
    await holder.run("select key_held($1)", [hashOf(id, held)]);
    const told = await call(impatient, "POST", entities, { key, headers, body });
    expect([told.status, told.body.error.code]).toEqual([409, "IDEMPOTENCY_IN_PROGRESS"]);
    await holder.end("rollback");
  });

  it("keeps nobody from changing the template while it waits for its key", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const holder = await holdTransaction(api);
    await holder.run("select key_held($1)", [hashOf(id, held)]);
    const body = { entityType: "player", externalId: "p1", data: player };
    const waiting = call(api.baseUrl, "POST", entities, { key, headers, body });
    await lockWaiters(api, 1);
    const settings = { templateId: "tpl_igaming" };
    const changed = await call(impatient, "PUT", "/operator-data-api/settings", { key, body: settings });
    expect(changed.status).toBe(200);
    await holder.end("rollback");
    expect((await waiting).status).toBe(201);
  });

  it("locks nothing while an operation of another kind has its key", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const item = (externalId: string) => ({ entityType: "player", externalId, data: player });
    for (const externalId of ["p1", "p2"])
      await call(api.baseUrl, "POST", entities, { key, body: item(externalId) });
    const holder = await holdTransaction(api);
    await holder.run("select from entities where operator_id = $1 and external_id = 'p2' for update", [id]);
    const path = "/operator-data-api/batch/entities";
    const batch = call(waitingServer, "POST", path, { key, headers, body: [item("p2")] });
    await lockWaiters(api, 1);
    const waiting = call(waitingServer, "POST", entities, { key, headers, body: item("p1") });
    await lockWaiters(api, 2);
    const third = await call(impatient, "POST", entities, { key, body: item("p1") });
    expect(third.status).toBe(200);
    await holder.end("rollback");
    expect((await batch).status).toBe(200);
    expect((await waiting).body.error.code).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  it("writes nothing when an operation of another kind turns out to have used its key", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    const holder = await holdTransaction(api);
    await holder.run(
      `insert into idempotency_keys (operator_id, key_hash, fingerprint, master_key_id, status, reply, expires_at)
       values ($1, $2, 'another', 'test', 200, '{}', now() + interval '1 day')`,
      [id, hashOf(id, held)],
    );
    const request = call(api.baseUrl, "POST", entities, { key, headers, body });
    await lockWaiters(api, 1);
    await holder.end("commit");
    const told = await request;
    expect([told.status, told.body.error.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect(await api.sql("select from entities where operator_id = $1", [id])).toHaveLength(0);
  });

  it("gets the first one's reply if that comes in time", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    const holder = await holdTransaction(api);
    // Whoever comes first stops in the middle, holding its claim.
    await holder.run("select pg_advisory_xact_lock(hashtextextended('template:' || $1::text, 0))", [id]);
    const both = atOnce(2, [waitingServer], (baseUrl) =>
      call(baseUrl, "POST", entities, { key, headers, body }),
    );
    await lockWaiters(api, 2);
    await holder.end("commit");
    const [one, other] = await both;
    expect([one?.status, other?.status]).toEqual([201, 201]);
    expect(one?.text).toBe(other?.text);
  });
});

it("a deadlock that the database breaks does not surface: the request is done all the same", async () => {
  const { id, key } = await api.createOperator(api.ours);
  const headers = { "Idempotency-Key": "again" };
  const body = { entityType: "player", externalId: "p1", data: player };
  const send = () => call(api.baseUrl, "POST", entities, { key, headers, body });
  await send();
  await api.sql("update idempotency_keys set expires_at = now() where operator_id = $1", [id]);
  const holder = await holdTransaction(api);
  await holder.run("select from entities where operator_id = $1 for update", [id]);
  const request = send();
  await lockWaiters(api, 1);
  // The request has taken the key and waits for the entity; now we wait for the key.
  await holder.run("select key_held($1)", [hashOf(id, "again")]);
  await holder.end("rollback");
  const answer = await request;
  expect([answer.status, answer.body.data.action]).toEqual([200, "updated"]);
});
