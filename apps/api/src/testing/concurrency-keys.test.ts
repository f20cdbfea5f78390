import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
let instances: readonly [string, string];
beforeAll(async () => {
  api = await startApi();
  instances = [api.baseUrl, (await api.startTwin()).baseUrl];
});
afterAll(() => api.stop());

interface Key {
  readonly id: string;
  readonly key: string;
}

async function keysOf(operator: { id: string; key: string }, ...more: object[]): Promise<Key[]> {
  const [first] = await api.sql<{ id: string }>("select id from api_keys where operator_id = $1", [
    operator.id,
  ]);
  const made = await Promise.all(more.map((body) => api.createKey(api.ours, operator.id, body)));
  return [{ id: first?.id ?? "", key: operator.key }, ...made];
}

const revoke = (baseUrl: string, by: Key, what: Key) =>
  call(baseUrl, "DELETE", `/api-keys?id=${what.id}`, { key: by.key });

const activeKeys = (operatorId: string, condition = "true") =>
  api.sql<{ access: string }>(
    `select access from api_keys where operator_id = $1 and revoked_at is null and ${condition} order by access`,
    [operatorId],
  );

/** What a parallel revocation may be told: done, kept as the last one, or revoked itself meanwhile. */
function expectOrdinary(answers: readonly Answer[]): void {
  const told = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ""}`.trim()));
  for (const each of told) expect(["200", "400 LAST_ACTIVE_KEY", "401 AUTH_REVOKED"]).toContain(each);
}

async function warm(keys: readonly Key[]): Promise<void> {
  await Promise.all(
    instances.flatMap((baseUrl) => keys.map(({ key }) => call(baseUrl, "GET", "/api-keys", { key }))),
  );
}

const tries = Array.from({ length: 20 }, (_, n) => n + 1);
const timesEach = 8;

describe("parallel revocations of an operator's two keys", () => {
  it.each(tries)("each by itself, many times: one is left (try %i)", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    const keys = await keysOf(operator, {});
    await warm(keys);
    const answers = await Promise.all(
      Array.from({ length: timesEach }, (_, n) =>
        keys.map((key) => revoke(instances[n % 2] as string, key, key)),
      ).flat(),
    );
    expectOrdinary(answers);
    expect(await activeKeys(operator.id)).toHaveLength(1);
  });

  it.each(tries.slice(0, 5))("each by the other: one is left (try %i)", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    const [one, other] = (await keysOf(operator, {})) as [Key, Key];
    await warm([one, other]);
    const answers = await Promise.all(
      instances.flatMap((baseUrl) => [revoke(baseUrl, one, other), revoke(baseUrl, other, one)]),
    );
    expectOrdinary(answers);
    expect(await activeKeys(operator.id)).toHaveLength(1);
  });

  it.each(tries.slice(0, 5))("beside one that expires within a minute: one is left (try %i)", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    const [one, other, ending] = (await keysOf(operator, {}, {})) as [Key, Key, Key];
    await api.sql("update api_keys set expires_at = now() + interval '50 seconds' where id = $1", [
      ending.id,
    ]);
    await warm([one, other]);
    const answers = await Promise.all(
      instances.flatMap((baseUrl) => [revoke(baseUrl, one, one), revoke(baseUrl, other, other)]),
    );
    expectOrdinary(answers);
    expect(await activeKeys(operator.id, "expires_at is null")).toHaveLength(1);
  });

  it.each(tries.slice(0, 5))(
    "that may write, beside one that reads: one that writes is left (try %i)",
    async () => {
      const operator = await api.createOperator(api.ours, { template: false });
      const [one, other, reader] = (await keysOf(operator, {}, { access: "read" })) as [Key, Key, Key];
      await warm([one, other, reader]);
      const answers = await Promise.all(
        instances.flatMap((baseUrl) => [revoke(baseUrl, one, one), revoke(baseUrl, other, other)]),
      );
      expectOrdinary(answers);
      expect(await activeKeys(operator.id)).toEqual([{ access: "read" }, { access: "write" }]);
    },
  );
});

it("parallel creations stop at 100 active keys, whoever makes them and however", async () => {
  const operator = await api.createOperator(api.ours, { template: false });
  const ways = [
    () => call(instances[0], "POST", "/api-keys", { key: operator.key, body: { operatorId: operator.id } }),
    () => call(instances[1], "POST", "/api-keys", { key: api.ours.key, body: { operatorId: operator.id } }),
    () =>
      call(instances[1], "POST", `/platform-api/operators/${operator.id}/api-keys`, { key: api.ours.key }),
  ];
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, n) => (ways[n % ways.length] as () => Promise<Answer>)()),
  );
  const made = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 400);
  expect([made.length, refused.length]).toEqual([99, 21]);
  expect(await activeKeys(operator.id)).toHaveLength(100);
});

describe("on the very next request, on another instance,", () => {
  const reads = (key: string) => call(instances[1], "GET", "/operator-data-api/entities", { key });
  const writes = (key: string) =>
    call(instances[1], "POST", "/operator-data-api/entities", {
      key,
      body: { entityType: "player", externalId: "p1", data: player },
    });
  const codes = async (key: string) => {
    const [read, write] = await Promise.all([reads(key), writes(key)]);
    return [read.body.error?.code ?? read.status, write.body.error?.code ?? write.status];
  };

  it("a revocation bites, by the operator and by its platform", async () => {
    const operator = await api.createOperator(api.ours);
    const [first, byOperator, byPlatform] = (await keysOf(operator, {}, {})) as [Key, Key, Key];
    await warm([byOperator, byPlatform]);
    expect(await codes(byOperator.key)).toEqual([200, 201]);
    await revoke(instances[0], first, byOperator);
    expect(await codes(byOperator.key)).toEqual(["AUTH_REVOKED", "AUTH_REVOKED"]);
    expect(await codes(byPlatform.key)).toEqual([200, 200]);
    const path = `/platform-api/operators/${operator.id}/api-keys/${byPlatform.id}`;
    await call(instances[0], "DELETE", path, { key: api.ours.key });
    expect(await codes(byPlatform.key)).toEqual(["AUTH_REVOKED", "AUTH_REVOKED"]);
  });

  it("a suspension bites, and so does its end", async () => {
    const operator = await api.createOperator(api.ours);
    const path = `/platform-api/operators/${operator.id}`;
    expect(await codes(operator.key)).toEqual([200, 201]);
    for (let round = 0; round < 5; round += 1) {
      await call(instances[0], "DELETE", path, { key: api.ours.key });
      expect(await codes(operator.key)).toEqual(["AUTH_SUSPENDED", "AUTH_SUSPENDED"]);
      await call(instances[0], "PUT", path, { key: api.ours.key, body: { status: "active" } });
      expect(await codes(operator.key)).toEqual([200, 200]);
    }
  });

  it("a new template binds", async () => {
    await api.sql(
      `insert into builtin_templates (id, name, version, schema)
       select 'tpl_strict', 'Strict', '1.0', jsonb_set(schema, '{entity_types,player,required}', '["nickname"]')
       from builtin_templates where id = 'tpl_igaming'`,
    );
    const operator = await api.createOperator(api.ours);
    expect(await codes(operator.key)).toEqual([200, 201]);
    const body = { templateId: "tpl_strict" };
    await call(instances[0], "PUT", "/operator-data-api/settings", { key: operator.key, body });
    expect(await codes(operator.key)).toEqual([200, "VALIDATION_FAILED"]);
  });
});
