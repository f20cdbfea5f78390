import { type Operation, operations, type SchemaObject } from "@onehazel/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortFaults } from "./faults.js";
import { faultsOfLargeBody } from "./large-body.js";
import { Turns } from "./turns.js";
import { Validator } from "./validate.js";

const operation = (id: string) => operations.find((each) => each.id === id) as Operation;
const validatorOf = (id: string) => new Validator(operation(id), { replies: false });
const newTurns = () => new Turns({ platformId: "plat_1" });
const nothing = { params: {}, query: {}, headers: {} };

async function sorted(id: string, body: unknown) {
  const { bodySchema } = operation(id);
  const verdict = sortFaults(await faultsOfLargeBody(body, bodySchema as SchemaObject, newTurns()), {
    body,
    required: bodySchema?.required ?? [],
    emptyIsMissing: false,
    expected: new Map(),
  });
  return { missing: verdict.missing.map(byField).sort(), invalid: verdict.invalid.map(byField).sort() };
}
const byField = ({ field }: { field: string }) => field;

/** Values that are mostly valid, with some faults. */
const names = fc.constantFrom("a", "b1", ".x", "", "__proto__", "constructor", "x".repeat(65));
const fields = fc.oneof(
  fc.array(fc.oneof(names, fc.integer()), { maxLength: 4 }),
  fc.array(names, { minLength: 201, maxLength: 203 }),
  fc.constantFrom(null, 1, {}),
);
const type = fc.oneof(
  fc.record({ required: fields, optional: fields, more: fc.integer() }, { requiredKeys: ["required"] }),
  fc.constantFrom(null, [], "x"),
);
const types = fc.oneof(fc.dictionary(names, type, { maxKeys: 4 }), fc.constantFrom(null, []));
const template = fc.record(
  {
    name: fc.oneof(names, fc.constant(null)),
    schema: fc.record(
      {
        entity_types: types,
        event_types: types,
        state_keys: fields,
        pii_fields: fc.dictionary(names, fields),
      },
      { requiredKeys: ["entity_types"] },
    ),
    other: fc.integer(),
  },
  { requiredKeys: [] },
);

describe("a large body", () => {
  it("has the same faults as the validator finds", async () => {
    const validator = validatorOf("createTemplate");
    await fc.assert(
      fc.asyncProperty(template, async (body) => {
        const verdict = await validator.validate({ ...nothing, body });
        expect(await sorted("createTemplate", body)).toEqual({
          missing: verdict.missing.map(byField).sort(),
          invalid: verdict.invalid.map(byField).sort(),
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each(
    operations.filter(({ bodySchema, batch }) => bodySchema !== undefined && !batch).map(({ id }) => id),
  )("of %s can be validated value by value", async (id) => {
    const validator = validatorOf(id);
    for (const body of [
      {},
      [],
      null,
      "x",
      { id: 1, name: null, data: [], configuration: { rateLimits: { x: 1 } } },
    ]) {
      const path = operation(id).parameters.filter((each) => each.in === "path");
      const params = Object.fromEntries(path.map(({ name }) => [name, "x"]));
      const verdict = await validator.validate({ ...nothing, params, body });
      const found = await sorted(id, body);
      expect(found.invalid.concat(found.missing).sort()).toEqual(
        [...verdict.invalid, ...verdict.missing].map(byField).sort(),
      );
    }
  });

  it("is validated in bounded time, however many faults it has", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `.${index}`);
    const bodies = [
      Object.fromEntries(many.map((name) => [name, 1])),
      { name: "x", schema: { entity_types: Object.fromEntries(many.map((name) => [name, 1])) } },
      { name: "x", schema: { state_keys: many } },
      {
        name: "x",
        schema: { entity_types: { a: { required: many.map(() => 1), optional: many.map(() => 1) } } },
      },
    ];
    for (const body of bodies) {
      const faults = await faultsOfLargeBody(
        body,
        operation("createTemplate").bodySchema as SchemaObject,
        newTurns(),
      );
      expect(faults.length).toBeGreaterThan(100);
      expect(faults.length).toBeLessThan(1_000);
    }
  });

  it("reports a missing field, however many unknown fields it has", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1]));
    expect(await sorted("upsertEntity", { ...unknown, entityType: null, data: {} })).toMatchObject({
      missing: ["entityType", "externalId"],
    });
  });
});
