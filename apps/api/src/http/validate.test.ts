import { createRequire } from "node:module";
import { type Operation, operations } from "@onehazel/spec";
import { describe, expect, it, vi } from "vitest";
import { type Input, Validator } from "./validate.js";

const validatorOf = (id: string, replies = false) =>
  new Validator(operations.find((operation) => operation.id === id) as Operation, { replies });
const nothing: Input = { params: {}, query: {}, headers: {}, body: undefined };
const fieldsOf = (faults: readonly { field: string }[]) => faults.map(({ field }) => field).sort();

it("a validator compiles schemas of its operation, and not the one of all OpenAPI documents", async () => {
  const library = createRequire(import.meta.url).resolve("express-openapi-validator");
  const { default: Ajv } = createRequire(library)("ajv/dist/2020");
  const compiled = vi.spyOn(Ajv.prototype, "compile");
  await validatorOf("upsertEntity").validate(nothing);
  const ids = compiled.mock.calls.map(([schema]) => (schema as { $id?: string }).$id ?? "");
  vi.restoreAllMocks();
  expect(ids.filter((id) => id.includes("openapis.org"))).toEqual([]);
});

describe("a request held against the spec", () => {
  const upsert = validatorOf("upsertEntity");
  const good = { entityType: "player", externalId: "p1", data: {} };
  const verdictOf = (body: unknown, headers: Record<string, string> = {}) =>
    upsert.validate({ ...nothing, headers, body });

  it("has no fault when it fits", async () => {
    expect(await verdictOf(good)).toEqual({ query: {}, missing: [], invalid: [] });
  });

  it("names every missing field, null ones among them, and every wrong one at once", async () => {
    const verdict = await verdictOf({ entityType: null, data: [], more: 1, "a~b c": 2 });
    expect(verdict.missing).toEqual([
      { field: "externalId", message: 'Missing required field: "externalId"' },
      { field: "entityType", message: 'Missing required field: "entityType"' },
    ]);
    expect(fieldsOf(verdict.invalid)).toEqual(["a~b c", "data", "more"]);
    expect(verdict.invalid).toContainEqual({ field: "more", message: 'Unknown field: "more"' });
  });

  it.each([[[]], ["text"], [1], [null], [true]])(
    "that is no object is a fault of the body: %j",
    async (body) => {
      const { missing, invalid } = await verdictOf(body);
      expect([missing, fieldsOf(invalid)]).toEqual([[], ["body"]]);
    },
  );

  it.each([".", "..", "", "x".repeat(256), "😀".repeat(256)])(
    "an externalId has its bounds: %j",
    async (externalId) => {
      expect(fieldsOf((await verdictOf({ ...good, externalId })).invalid)).toEqual(["externalId"]);
    },
  );

  it.each(["...", "a/b", "x".repeat(255), "😀".repeat(255)])(
    "an externalId may be %j",
    async (externalId) => {
      expect((await verdictOf({ ...good, externalId })).invalid).toEqual([]);
    },
  );

  it("looks at the Idempotency-Key", async () => {
    const { invalid } = await verdictOf(good, { "idempotency-key": "not visible" });
    expect(fieldsOf(invalid)).toEqual(["Idempotency-Key"]);
  });

  it("turns query values into their types, and says in words what they should be", async () => {
    const list = validatorOf("listEntities");
    expect((await list.validate({ ...nothing, query: { limit: "20" } })).query).toMatchObject({ limit: 20 });
    for (const limit of ["0", "201", "x", "1.5", "-1"]) {
      expect(fieldsOf((await list.validate({ ...nothing, query: { limit } })).invalid)).toEqual(["limit"]);
    }
  });

  it("leaves what it is given as it was", async () => {
    const body = { ...good, data: { limit: "1", __proto__: { a: 1 } } };
    const before = JSON.stringify(body);
    await verdictOf(body);
    expect(JSON.stringify(body)).toBe(before);
  });
});

describe("a reply held against the spec", () => {
  const operator = validatorOf("getErasure", true);
  const data = {
    id: "ers_0123456789abcdef",
    entityId: "ent_0123456789abcdef",
    status: "completed",
    eventsRedacted: 0,
    statesRemoved: 0,
    repliesPurged: 1,
    requestedAt: "2026-01-02T03:04:05.678Z",
    completedAt: null,
  };

  it("passes when it has the declared shape", async () => {
    await operator.checkReply(200, { success: true, data });
  });

  it.each([
    [200, { success: true, data: { ...data, status: "done" } }],
    [200, { success: true, data: { ...data, id: 1 } }],
    [200, { success: true }],
    [201, { success: true, data }],
  ])("is refused otherwise: %i %o", async (status, body) => {
    await expect(operator.checkReply(status, body)).rejects.toThrow();
  });

  it("is not looked at in production", async () => {
    await validatorOf("getErasure").checkReply(200, { anything: "goes" });
  });
});
