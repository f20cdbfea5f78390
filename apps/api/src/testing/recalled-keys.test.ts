import { rateLimits, operations as specOperations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../operations.js";
import { type Answer, call } from "./call.js";
import { expectError } from "./expect-error.js";
import { made, startApi, type TestApi, type TestOperator } from "./harness.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";
import { exampleRequest, type SpecRequest, withSurprise } from "./requests.js";
import { absent, player, type Things } from "./things.js";

/** What a server may do with a key that it looked up a moment ago. */
const hot = specOperations.filter(({ id }) => operations[id].run.how === "hot");

interface Met {
  readonly operator: TestOperator;
  readonly keyId: string;
  readonly things: Things;
}

/** Each happens elsewhere: nothing tells the server that remembers the key. */
const endings = [
  { what: "revoked", sql: "update api_keys set revoked_at = now() where id = $1", code: "AUTH_REVOKED" },
  {
    what: "expired",
    sql: "update api_keys set expires_at = now() - interval '1 second' where id = $1",
    code: "AUTH_EXPIRED",
  },
  {
    what: "suspended with its operator",
    sql: "update operators set status = 'suspended', suspended_at = now() where id = (select operator_id from api_keys where id = $1)",
    code: "AUTH_SUSPENDED",
  },
  { what: "removed", sql: "delete from api_keys where id = $1", code: "AUTH_INVALID" },
] as const;

let api: TestApi;
let proxy: PostgresProxy;
let baseUrl: string;
beforeAll(async () => {
  api = await startApi();
  proxy = await startPostgresProxy(api.database.server);
  ({ baseUrl } = await api.startTwin({ ...proxy.address, poolMax: 1 }));
});
afterAll(async () => {
  await api.stop();
  await proxy.stop();
});

/** An operator with an entity, and a key of it that this server has just met. */
async function meet(): Promise<Met> {
  const operator = await api.createOperator(api.ours);
  const things = { ...absent, entity: "p1" };
  const body = { entityType: "player", externalId: things.entity, data: player };
  made(await api.call("POST", "/operator-data-api/entities", { key: operator.key, body }));
  const { id: keyId, key } = await api.createKey(api.ours, operator.id);
  expect((await read(key, things)).status).toBe(200);
  return { operator: { ...operator, key }, keyId, things };
}

function read(key: string, things: Things): Promise<Answer> {
  return call(baseUrl, "GET", `/operator-data-api/entities/${things.entity}`, { key });
}

async function send(request: SpecRequest): Promise<{ answer: Answer; trips: number }> {
  proxy.clear();
  const answer = await call(baseUrl, request.method, request.path, request);
  return { answer, trips: proxy.trips.length };
}

it("operations of one round trip are the hot paths, and no others", () => {
  expect(hot.map(({ id }) => id).sort()).toEqual(["getEntity", "recordEvent", "setState", "upsertEntity"]);
});

describe.each(hot)("$id with a key that the server met a moment ago", (operation) => {
  const requestOf = ({ operator, things }: Met) => exampleRequest(operation, operator.key, () => things);

  it("does not look it up again", async () => {
    const { answer, trips } = await send(requestOf(await meet()));
    expect([answer.status < 300, trips]).toEqual([true, 1]);
  });

  it.each(endings)("$what: is refused at once, and nothing is done", async ({ sql, code }) => {
    const met = await meet();
    const before = await stored(met);
    await api.sql(sql, [met.keyId]);
    expectError((await send(requestOf(met))).answer, code);
    expectError((await send(requestOf(met))).answer, code);
    expect(await stored(met)).toEqual(before);
  });

  it.each(endings)("$what: hears of nothing else that is wrong with its request", async ({ sql, code }) => {
    const met = await meet();
    await api.sql(sql, [met.keyId]);
    expectError((await send(withSurprise(operation, requestOf(met)))).answer, code);
    const nobody = { ...met, things: { ...met.things, entity: "nobody" } };
    expectError((await send(requestOf(nobody))).answer, code);
  });

  it.each(endings)("$what: costs its operator no call, and is told of no window", async ({ sql, code }) => {
    const met = await meet();
    const other = await api.createKey(api.ours, met.operator.id);
    const leftOf = async () => (await read(other.key, met.things)).headers.get("ratelimit");
    await leftOf();
    const before = Number(/r=(\d+)/.exec((await leftOf()) ?? "")?.[1]);
    await api.sql(sql, [met.keyId]);
    const { answer } = await send(requestOf(met));
    expectError(answer, code);
    expect([answer.headers.get("ratelimit"), answer.headers.get("ratelimit-policy")]).toEqual([null, null]);
    if (code === "AUTH_SUSPENDED") return;
    expect(Number(/r=(\d+)/.exec((await leftOf()) ?? "")?.[1])).toBe(before - 1);
  });

  it("keeps to a limit that was lowered, and to one that was raised, from the next call but one", async () => {
    const met = await meet();
    const category = operation.rateLimit;
    const limitTo = (limit: number) =>
      api.sql(
        "update operators set configuration = jsonb_build_object('rateLimits', $2::jsonb) where id = $1",
        [met.operator.id, JSON.stringify({ [category]: limit })],
      );
    await limitTo(1);
    await send(requestOf(met));
    const refused = (await send(requestOf(met))).answer;
    expectError(refused, "RATE_LIMITED");
    expect(refused.headers.get("ratelimit-policy")).toBe(`"${category}";q=1;w=${rateLimits.windowSeconds}`);
    await limitTo(1_000);
    expect((await send(requestOf(met))).answer.status).toBeLessThan(300);
  });
});

it("a write goes by a template that was chosen a moment ago elsewhere", async () => {
  const { operator } = await meet();
  const ask = async <T>(method: string, path: string, body?: object) =>
    made<T>(await api.call(method, `/operator-data-api/${path}`, { key: operator.key, body }));
  const listed = await ask<{ id: string; schema: { pii_fields: { player: string[] } } }[]>(
    "GET",
    "templates",
  );
  const { schema } = listed.find(({ id }) => id === "tpl_igaming") ?? {};
  const piiFields = { ...schema?.pii_fields, player: [...(schema?.pii_fields.player ?? []), "country"] };
  const stricter = { ...schema, pii_fields: piiFields };
  const { id: templateId } = await ask<{ id: string }>("POST", "templates", {
    name: "Own",
    schema: stricter,
  });
  await ask("PUT", "settings", { templateId });
  const body = { entityType: "player", externalId: "p2", data: player };
  const answer = await call(baseUrl, "POST", "/operator-data-api/entities", { key: operator.key, body });
  expect(answer.status).toBe(201);
  const rows = await api.sql<{ sealed: string[] }>(
    "select sealed from entities where operator_id = $1 and external_id = 'p2'",
    [operator.id],
  );
  expect(rows[0]?.sealed.toSorted()).toEqual(["country", "email"]);
});

/** Everything of an operator that a hot path could change. */
async function stored({ operator }: Met) {
  const count = (table: string) =>
    api.sql(
      `select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${table} t where operator_id = $1`,
      [operator.id],
    );
  return Promise.all(["entities", "events", "states", "idempotency_keys"].map(count));
}
