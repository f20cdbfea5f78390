import { dereference, type SchemaObject } from "@onehazel/spec";
import fc from "fast-check";

/** Any JSON, the names that trip programs among its keys. */
export const junkValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    [],
    {},
    0,
    -1,
    1.5,
    true,
    "null",
    "\u202e",
    "x".repeat(300),
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    { constructor: { prototype: {} } },
    [[[[]]]],
  ),
);

/** JSON as text, which says what values cannot. */
export const junkLiteral = fc.constantFrom(
  "1e400",
  "9007199254740993",
  "-0",
  "1.0e+2",
  '"\\u0000"',
  '"\\ud800"',
  '{"__proto__":{"a":1}}',
  '{"a":1,"a":2}',
  "[".repeat(100) + "]".repeat(100),
  "[".repeat(20_000) + "]".repeat(20_000),
  `"${"x".repeat(10_000)}"`,
  `{"${"k".repeat(300)}":1}`,
  "NaN",
  "",
);

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  fc.string({ unit: "grapheme", maxLength: 12 }),
);

/** What a schema of the spec allows, or nearly: `ids` are what stands where an id is asked for. */
export function fromSchema(reference: SchemaObject, ids: readonly string[]): fc.Arbitrary<unknown> {
  const schema = dereference<SchemaObject>(reference);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  // What says nothing about its type may be anything.
  if (schema.type === undefined) return fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...ids));
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type as string];
  return fc.oneof(...types.map((type) => ofType(type, schema, ids)));
}

function ofType(type: string, schema: SchemaObject, ids: readonly string[]): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({
        min: (schema.minimum as number) ?? 0,
        max: (schema.maximum as number) ?? 1_000_000,
      });
    case "array":
      return fc.array(fromSchema((schema.items ?? {}) as SchemaObject, ids), { maxLength: 3 });
    case "object":
      return ofObject(schema, ids);
    default:
      return ofString(schema, ids);
  }
}

function ofString(schema: SchemaObject, ids: readonly string[]): fc.Arbitrary<string> {
  if (schema["x-unknown-when-malformed"] === true) {
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ids) }, text);
  }
  switch (schema.format) {
    case "date-time":
      return fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date("2199-01-01") })
        .map((date) => date.toISOString());
    case "email":
      return fc.emailAddress();
    case "uuid":
      return fc.uuid();
    default:
      return fc.oneof(
        { weight: 2, arbitrary: text.filter((value) => value !== "") },
        fc.constantFrom(...ids),
      );
  }
}

function ofObject(schema: SchemaObject, ids: readonly string[]): fc.Arbitrary<object> {
  const fields = Object.entries(schema.properties ?? {});
  const requiredKeys = (schema.required ?? []).filter((name) => schema.properties?.[name] !== undefined);
  const known = fc.record(Object.fromEntries(fields.map(([name, field]) => [name, fromSchema(field, ids)])), {
    requiredKeys,
  });
  if (schema.additionalProperties !== true) return known;
  return fc
    .tuple(known, fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }))
    .map(([a, b]) => ({ ...b, ...a }));
}
