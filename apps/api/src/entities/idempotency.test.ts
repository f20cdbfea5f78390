import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { expectError } from "../testing/expect-error.js";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
});
afterAll(() => api.stop());

const path = "/operator-data-api/entities";
const entity = { entityType: "player", externalId: "p1", data: { ...player, vip_level: "gold" } };
const post = (body: unknown, idempotencyKey = "key-1", { key = operator.key, to = path } = {}) =>
  api.call("POST", to, { key, body, headers: { "idempotency-key": idempotencyKey } });
const replayedOf = (answer: { headers: Headers }) => answer.headers.get("idempotency-replayed");
const rows = () => api.sql("select updated_at from entities where operator_id = $1", [operator.id]);

it("a repeat gets the first reply byte for byte, and nothing is written", async () => {
  const first = await post(entity);
  const before = await rows();
  expect([first.status, replayedOf(first)]).toEqual([201, null]);
  for (let time = 0; time < 3; time += 1) {
    const again = await post(entity);
    expect([again.status, again.text, replayedOf(again)]).toEqual([201, first.text, "true"]);
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  }
  expect(await rows()).toEqual(before);
});

it("the first reply stands, whatever became of the entity since", async () => {
  const first = await post(entity);
  await api.call("POST", path, { key: operator.key, body: { ...entity, data: player } });
  const again = await post(entity);
  expect(again.text).toBe(first.text);
  const read = await api.call("GET", `${path}/p1`, { key: operator.key });
  expect(read.body.data.data).toEqual(player);
});

it("the path's alias, key order and white space do not matter", async () => {
  const first = await post(entity);
  const { entityType, externalId, data } = entity;
  const reversed = { data: Object.fromEntries(Object.entries(data).reverse()), externalId, entityType };
  const same: readonly (readonly [unknown, object])[] = [
    [reversed, {}],
    [JSON.stringify(entity, null, 2), {}],
    [`\ufeff ${JSON.stringify(entity)}\n`, {}],
    [JSON.stringify(entity).replace("gold", "g\\u006fld"), {}],
    [entity, { to: `/functions/v1${path}` }],
  ];
  for (const [body, how] of same) {
    const again = await post(body, "key-1", how);
    expect([again.text, replayedOf(again)]).toEqual([first.text, "true"]);
  }
});

it("another request under the same key is refused, valid or not against the template", async () => {
  await post(entity);
  const others = [
    { ...entity, externalId: "p2" },
    { ...entity, data: player },
    { ...entity, data: { ...entity.data, n: 1 } },
    { ...entity, entityType: "game" },
    { ...entity, entityType: "wizard" },
    { ...entity, data: {} },
  ];
  for (const other of others) expectError(await post(other), "IDEMPOTENCY_KEY_REUSED");
  expect(await rows()).toHaveLength(1);
  const settings = await api.call("PUT", "/operator-data-api/settings", {
    key: operator.key,
    body: { dataRetentionDays: 100 },
    headers: { "idempotency-key": "key-1" },
  });
  expectError(settings, "IDEMPOTENCY_KEY_REUSED");
});

it("operators, and a platform, may use the same key without knowing of each other", async () => {
  const other = await api.createOperator(api.theirs);
  const first = await post(entity);
  const second = await post({ ...entity, externalId: "another" }, "key-1", { key: other.key });
  expect([first.status, second.status, replayedOf(second)]).toEqual([201, 201, null]);
  const create = await api.call("POST", "/platform-api/operators", {
    key: api.ours.key,
    body: { name: "A" },
    headers: { "idempotency-key": "key-1" },
  });
  expect([create.status, replayedOf(create)]).toEqual([201, null]);
});

it("all keys of one operator share what is remembered", async () => {
  const second = await api.createKey(api.ours, operator.id);
  const first = await post(entity);
  const again = await post(entity, "key-1", { key: second.key });
  expect([again.text, replayedOf(again)]).toEqual([first.text, "true"]);
});

it("keys differ byte by byte, and any visible ASCII will do", async () => {
  const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("");
  for (const key of ["k", "K", visible, "x".repeat(255), "x".repeat(254)]) {
    const answer = await post({ ...entity, externalId: key.slice(0, 20) + key.length }, key);
    expect([answer.status, replayedOf(answer)]).toEqual([201, null]);
  }
});

it("after 24 hours the key is new again; until then its time does not start over", async () => {
  const first = await post(entity);
  const expiryOf = () =>
    api.sql<{ expires_at: Date }>("select expires_at from idempotency_keys where operator_id = $1", [
      operator.id,
    ]);
  const [before] = await expiryOf();
  const hours = (before!.expires_at.getTime() - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24.01);
  await post(entity);
  expect(await expiryOf()).toEqual([before]);

  await api.sql("update idempotency_keys set expires_at = now() where operator_id = $1", [operator.id]);
  const later = await post({ ...entity, data: player });
  expect([later.status, later.body.data.action, replayedOf(later)]).toEqual([200, "updated", null]);
  expect(later.body.data.id).toBe(first.body.data.id);
  const replay = await post({ ...entity, data: player });
  expect([replay.text, replayedOf(replay)]).toEqual([later.text, "true"]);
});

it("an expired key is no reason to answer a request that the template refuses with anything else", async () => {
  await post(entity);
  await api.sql("update idempotency_keys set expires_at = now() where operator_id = $1", [operator.id]);
  expectError(await post({ ...entity, data: {} }), "VALIDATION_FAILED");
});

it("only success is remembered: what was refused is tried anew", async () => {
  const { key } = await api.createOperator(api.ours, { template: false });
  expectError(await post(entity, "k", { key }), "TEMPLATE_NOT_CONFIGURED");
  expectError(await post({ ...entity, data: 5 }, "k", { key }), "VALIDATION_FAILED");
  await api.call("PUT", "/operator-data-api/settings", { key, body: { templateId: "tpl_igaming" } });
  expectError(await post({ ...entity, data: {} }, "k", { key }), "VALIDATION_FAILED");
  const late = await post(entity, "k", { key });
  expect([late.status, replayedOf(late)]).toEqual([201, null]);
});

it("GET and DELETE ignore it", async () => {
  await post(entity);
  const headers = { "idempotency-key": "key-1" };
  const read = await api.call("GET", `${path}/p1`, { key: operator.key, headers });
  expect([read.status, replayedOf(read)]).toEqual([200, null]);
  expect(
    (await api.call("GET", path, { key: operator.key, headers: { "idempotency-key": "not valid" } })).status,
  ).toBe(200);
  const first = await api.call("DELETE", `${path}/p1`, { key: operator.key, headers });
  const second = await api.call("DELETE", `${path}/p1`, { key: operator.key, headers });
  expect([first.status, second.status]).toEqual([200, 404]);
});

it("no stored row holds the key as it was sent", async () => {
  await post(entity, "create-ada@example.com");
  await post(entity, `data:${gzipSync("x").toString("hex")}`);
  const dump = await api.sql<{ row: string }>("select to_jsonb(k)::text as row from idempotency_keys k");
  for (const { row } of dump) {
    expect(row).not.toContain("create-ada");
    expect(row).not.toContain(Buffer.from("create-ada").toString("hex"));
  }
});
