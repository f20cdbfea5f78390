import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { player } from "./things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await call("POST", "entities", { entityType: "player", externalId: "p", data: player });
});
afterAll(() => api.stop());

const call = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call(method, `/operator-data-api/${path}`, { key: api.ours.operator.key, body, headers });
const event = { eventType: "transaction", data: { type: "deposit" } };

describe("a response lists every fault of a request", () => {
  it("the specification's and the template's", async () => {
    const answer = await call("POST", "entities", {
      entityType: "player",
      externalId: "..",
      data: { country: "GB" },
      more: 1,
    });
    expect(expectError(answer, "VALIDATION_FAILED").fields.sort()).toEqual([
      "data.currency",
      "data.email",
      "externalId",
      "more",
    ]);
    const unnamed = await call("POST", "entities", { entityType: "planet", data: {} });
    expect(expectError(unnamed, "MISSING_FIELDS").fields).toEqual(["externalId", "entityType"]);
    const poisoned = await call(
      "POST",
      "entities",
      '{"entityType":"player","externalId":"x","data":{"a":1e400}}',
    );
    expect(expectError(poisoned, "VALIDATION_FAILED").fields).toEqual([
      "data.a",
      "data.email",
      "data.country",
      "data.currency",
    ]);
  });

  it("the template's and those of time, malformed or out of bounds", async () => {
    for (const occurredAt of ["2026-10-22T24:00:00Z", "2001-01-01T00:00:00Z"]) {
      const answer = await call("POST", "entities/p/events", { ...event, occurredAt });
      expect(expectError(answer, "VALIDATION_FAILED").fields.sort()).toEqual([
        "data.amount",
        "data.currency",
        "occurredAt",
      ]);
    }
    const unknown = { eventType: "unheard", data: {}, occurredAt: "2001-01-01T00:00:00Z" };
    expect(expectError(await call("POST", "entities/p/events", unknown), "VALIDATION_FAILED").fields).toEqual(
      ["eventType", "occurredAt"],
    );
    const missing = await call("POST", "entities/p/events", { data: {}, occurredAt: "2001-01-01T00:00:00Z" });
    expect(expectError(missing, "MISSING_FIELDS").fields).toEqual(["eventType", "occurredAt"]);
  });

  it("the body's, the header's and the path's", async () => {
    const answer = await call("PUT", "entities/p/state/nothing", '{"a":"\\u0000"}', {
      "Idempotency-Key": "ä",
    });
    expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["a", "Idempotency-Key", "key"]);
  });

  it("in each item of a batch", async () => {
    const answer = await call("POST", "batch/events", [
      { ...event, externalId: "p", occurredAt: "2026-10-22T24:00:00Z" },
      { ...event, externalId: "p", occurredAt: "2001-01-01T00:00:00Z" },
      { data: {}, externalId: "p", occurredAt: "2001-01-01T00:00:00Z" },
    ]);
    const [malformed, early, missing] = answer.body.data.errors;
    for (const { message } of [malformed, early]) {
      expect(message).toContain("occurredAt: ");
      expect(message).toContain('"amount"');
      expect(message).toContain('"currency"');
    }
    expect(missing).toMatchObject({
      code: "MISSING_FIELDS",
      message: expect.stringContaining("occurredAt: "),
    });
  });

  it("and more than a hundred do not change the code", async () => {
    for (const count of [99, 150, 19_000]) {
      const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 1]));
      const missing = await call("POST", "entities", { ...unknown, entityType: "game", data: {} });
      const { fields } = expectError(missing, "MISSING_FIELDS");
      expect(fields[0]).toBe("externalId");
      expect(fields).toHaveLength(Math.min(count + 2, 100));
      const invalid = await call("POST", "entities", {
        ...unknown,
        entityType: "game",
        externalId: "g",
        data: {},
      });
      expectError(invalid, "VALIDATION_FAILED");
      const numbers = `{"data":{"n":[${"1e400,".repeat(count)}1]},"entityType":"game"}`;
      expect(expectError(await call("POST", "entities", numbers), "MISSING_FIELDS").fields[0]).toBe(
        "externalId",
      );
    }
  });
});

describe("a single body", () => {
  it("holds 20,000 JSON values at most", async () => {
    const body = (values: number) =>
      JSON.stringify({
        entityType: "game",
        externalId: "v",
        data: { name: "n", list: Array(values - 6).fill(0) },
      });
    expect((await call("POST", "entities", body(20_000))).status).toBe(201);
    expectError(await call("POST", "entities", body(20_001)), "PAYLOAD_TOO_LARGE");
    const keys = Object.fromEntries(Array.from({ length: 95_000 }, (_, index) => [`k${index}`, 1]));
    for (const [method, path] of [
      ["POST", "entities"],
      ["POST", "entities/p/events"],
      ["PUT", "entities/p/state/balance"],
      ["POST", "templates"],
      ["PUT", "settings"],
    ] as const)
      expectError(
        await call(method, path, JSON.stringify(keys).slice(0, -1).concat("}")),
        "PAYLOAD_TOO_LARGE",
      );
  });

  it("of a template is checked in bounded time, however many types it names", async () => {
    const types = Object.fromEntries(Array.from({ length: 19_000 }, (_, index) => [`.${index}`, 1]));
    const schema = { entity_types: types, event_types: {}, state_keys: [], pii_fields: {} };
    const { fields } = expectError(
      await call("POST", "templates", { name: "x", schema }),
      "VALIDATION_FAILED",
    );
    expect(fields).toContain("schema");
  });
});
