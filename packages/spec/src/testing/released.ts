import { expect, it } from "vitest";
import { breakingChanges } from "../compatibility/index.js";

/** A small document of a release, with everything in it that can be broken. */
export const released = {
  "x-rate-limits": { quotas: { realtime: 100, read: 50 } },
  paths: {
    "/things/{id}": {
      put: {
        operationId: "putThing",
        security: [{ operatorKey: [] }, { operatorSession: [] }],
        "x-rate-limit": "realtime",
        "x-idempotent": true,
        "x-gzip": true,
        "x-body-bytes-max": 4_000_000,
        parameters: [
          { $ref: "#/components/parameters/Id" },
          { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100 } },
        ],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Write" } } } },
        responses: {
          "200": {
            headers: { "X-Request-Id": { schema: { type: "string" } } },
            content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
          },
          "404": { content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
        },
      },
      get: { operationId: "getThing", security: [], "x-rate-limit": "read", responses: { "200": {} } },
    },
  },
  components: {
    parameters: { Id: { name: "id", in: "path", required: true, schema: { type: "string" } } },
    schemas: {
      Label: { type: ["string", "null"], minLength: 1, maxLength: 100 },
      Write: {
        type: "object",
        required: ["kind"],
        properties: {
          kind: { enum: ["red", "blue"] },
          label: { $ref: "#/components/schemas/Label" },
          sizes: { type: "array", maxItems: 10, items: { type: "number" } },
          extra: { type: "object", additionalProperties: { type: "string", maxLength: 9 } },
          target: { oneOf: [{ $ref: "#/components/schemas/Label" }, { type: "integer" }] },
          when: { type: "string", format: "date-time" },
        },
      },
      Thing: {
        allOf: [
          { $ref: "#/components/schemas/Head" },
          {
            type: "object",
            required: ["kind", "label"],
            properties: {
              kind: { enum: ["red", "blue"] },
              label: { $ref: "#/components/schemas/Label" },
              ok: { const: true },
              at: { type: "string", format: "date-time" },
              of: { anyOf: [{ type: "string" }, { type: "integer" }] },
              children: { type: "array", items: { $ref: "#/components/schemas/Thing" } },
            },
          },
        ],
      },
      Head: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
      Error: { type: "object", required: ["code"], properties: { code: { enum: ["A", "B"] } } },
    },
  },
};

type Copy = typeof released;
/** A change of a document, and a part of the line that is said of it: undefined where it breaks nothing. */
export type Change = readonly [what: string, expected: string | undefined, change: (copy: Loose) => void];
/** A document that may be changed in any way. */
// biome-ignore lint/suspicious/noExplicitAny: a test breaks the document in ways that its type forbids.
export type Loose = any;

export const put = ({ paths }: Copy) => paths["/things/{id}"].put as Loose;
export const schema = (copy: Copy, name: keyof Copy["components"]["schemas"]) =>
  copy.components.schemas[name] as Loose;
export const thing = (copy: Copy) => schema(copy, "Thing").allOf[1];
export const at = "PUT /things/{id}";

/** Each change by its name, and what is said of it. */
export function testChanges(changes: readonly Change[]): void {
  it.each(changes)("%s", (_, expected, change) => {
    const current = structuredClone(released);
    change(current);
    const found = breakingChanges(released, current).map(({ where, what }) => `${where}: ${what}`);
    if (expected === undefined) expect(found).toEqual([]);
    else expect(found).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
  });
}
