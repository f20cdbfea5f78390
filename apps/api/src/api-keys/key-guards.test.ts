import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError } from "../testing/expect-error.js";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { expireByItself } from "../testing/short-lived.js";

let api: TestApi;
let operator: TestOperator;
let firstId: string;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
  firstId = (await list())[0].id;
});
afterAll(() => api.stop());

const sentence = { shape: "sentence" } as const;
const list = async () => (await api.call("GET", "/api-keys", { key: operator.key })).body.data;
const create = (body: object = {}, by = operator.key) =>
  api.call("POST", "/api-keys", { key: by, body: { operatorId: operator.id, ...body } });
const revoke = (id: string, by = operator.key) => api.call("DELETE", `/api-keys?id=${id}`, { key: by });
const expire = (id: string, secondsAgo = 1) =>
  api.sql("update api_keys set expires_at = now() - make_interval(secs => $2) where id = $1", [
    id,
    secondsAgo,
  ]);
const lastKey = "Cannot revoke your last active API key — create a new one first";

describe("the last key that works", () => {
  it("cannot be revoked by its operator", async () => {
    expect(expectError(await revoke(firstId), "LAST_ACTIVE_KEY", sentence).message).toBe(lastKey);
    expect((await list())[0].revoked).toBe(false);
  });

  it("is not kept company by keys that are revoked or expired", async () => {
    const [revoked, expired] = [(await create()).body.data, (await create()).body.data];
    await revoke(revoked.id);
    await expire(expired.id);
    expectError(await revoke(firstId), "LAST_ACTIVE_KEY", sentence);
    expect((await revoke(expired.id)).status).toBe(200);
  });

  it("is not kept company by keys that expire within a minute", async () => {
    const ending = (await create()).body.data;
    for (const seconds of [1, 30, 59]) {
      await expire(ending.id, -seconds);
      expectError(await revoke(firstId), "LAST_ACTIVE_KEY", sentence);
    }
    await expire(ending.id, -3_600);
    expect((await revoke(firstId)).status).toBe(200);
    // The last one is protected even if it is about to expire.
    await expire(ending.id, -59);
    expectError(await revoke(ending.id, ending.key), "LAST_ACTIVE_KEY", sentence);
  });

  it("that may write is not kept company by one that expires within a minute", async () => {
    const ending = (await create()).body.data;
    await create({ access: "read" });
    await expire(ending.id, -30);
    expectError(await revoke(firstId), "LAST_ACTIVE_KEY", sentence);
    expect((await revoke(ending.id)).status).toBe(200);
  });

  it("that may write is kept too, while readers come and go", async () => {
    const reader = (await create({ access: "read" })).body.data;
    expectError(await revoke(firstId), "LAST_ACTIVE_KEY", sentence);
    expect((await revoke(reader.id)).status).toBe(200);
  });

  it("may go when another can take its place", async () => {
    const second = (await create()).body.data;
    expect((await revoke(firstId)).status).toBe(200);
    expectError(await revoke(second.id, second.key), "LAST_ACTIVE_KEY", sentence);
  });

  it("may be revoked by the platform", async () => {
    const path = `/platform-api/operators/${operator.id}/api-keys/${firstId}`;
    const answer = await api.call("DELETE", path, { key: api.ours.key });
    expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Key revoked" }]);
    expectError(await api.call("GET", "/api-keys", { key: operator.key }), "AUTH_REVOKED", sentence);
  });
});

describe("a hundred active keys", () => {
  it("are the most there may be, however many ask at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) => create({}, index % 2 === 0 ? operator.key : api.ours.key)),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(21);
    for (const answer of refused) {
      expect(expectError(answer, "VALIDATION_FAILED", sentence).fields).toEqual(["operatorId"]);
    }
    expect(await list()).toHaveLength(100);

    const path = `/platform-api/operators/${operator.id}/api-keys`;
    const byPlatform = expectError(await api.call("POST", path, { key: api.ours.key }), "VALIDATION_FAILED");
    expect(byPlatform.fields).toEqual(["id"]);
    expect(byPlatform.message).toContain("revoke one first");

    const [newest, next] = await list();
    await expire(newest.id);
    expect((await create()).status).toBe(201);
    expectError(await create(), "VALIDATION_FAILED", sentence);
    await revoke(next.id);
    expect((await create()).status).toBe(201);
  });
});

describe("a key with access read", () => {
  it("reads everything, PII in clear, and changes nothing", async () => {
    const { key } = (await create({ access: "read" })).body.data;
    const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
    const body = { entityType: "player", externalId: "p1", data };
    await api.call("POST", "/operator-data-api/entities", { key: operator.key, body });
    const read = await api.call("GET", "/operator-data-api/entities/p1", { key });
    expect(read.body.data.data).toEqual(data);
    expect((await api.call("HEAD", "/operator-data-api/entities/p1", { key })).status).toBe(200);
    expect((await api.call("GET", "/api-keys", { key })).status).toBe(200);
    expectError(await create({}, key), "FORBIDDEN", sentence);
    expectError(await revoke(firstId, key), "FORBIDDEN", sentence);
    expectError(await api.call("POST", "/operator-data-api/entities", { key, body }), "FORBIDDEN");
    expectError(await api.call("DELETE", "/operator-data-api/entities/p1", { key }), "FORBIDDEN");
  });
});

describe("an expiry", () => {
  it("ends a key by itself", async () => {
    const use = (key: string) => api.call("GET", "/api-keys", { key });
    const key = await expireByItself(async (lifetimeMs) => {
      const created = await create({ expiresAt: new Date(Date.now() + lifetimeMs).toISOString() });
      const apiKey: string | undefined = created.body.data?.key;
      return apiKey !== undefined && (await use(apiKey)).status === 200 ? apiKey : undefined;
    });
    await expect.poll(async () => (await use(key)).body.code).toBe("AUTH_EXPIRED");
  });
});

describe("when a key was last used", () => {
  it("is null until it is used, then right to the minute, whichever server it was used on", async () => {
    const unused = (await create()).body.data;
    const used = (await create()).body.data;
    const platformView = async () => {
      const path = `/platform-api/operators/${operator.id}/api-keys`;
      return (await api.call("GET", path, { key: api.ours.key })).body.data;
    };
    const twin = await api.startTwin();
    const usedAtMs = Date.now();
    expect(
      (await fetch(`${twin.baseUrl}/api-keys`, { headers: { authorization: `Bearer ${used.key}` } })).status,
    ).toBe(200);
    await twin.stop();
    const keys = await platformView();
    const find = (id: string) => keys.find((key: { id: string }) => key.id === id);
    expect(find(unused.id).lastUsedAt).toBeNull();
    expect(Math.abs(Date.parse(find(used.id).lastUsedAt) - usedAtMs)).toBeLessThan(60_000);
  });

  it("never goes back", async () => {
    const used = (await create()).body.data;
    await api.sql("update api_keys set last_used_at = now() + interval '1 hour' where id = $1", [used.id]);
    const before = await api.sql("select last_used_at from api_keys where id = $1", [used.id]);
    const twin = await api.startTwin();
    await fetch(`${twin.baseUrl}/api-keys`, { headers: { authorization: `Bearer ${used.key}` } });
    await twin.stop();
    expect(await api.sql("select last_used_at from api_keys where id = $1", [used.id])).toEqual(before);
  });
});
