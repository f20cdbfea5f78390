import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";

interface Problem {
  readonly ruleId: string;
  readonly message: string;
}
/** A fault, the line of `sound.yaml` that it replaces, and the one rule that speaks up. */
interface Broken {
  readonly fault: string;
  readonly rule: string;
  readonly line: string;
  readonly by: string;
}

const sound = readFileSync(new URL("../lint/sound.yaml", import.meta.url), "utf8");
const runnerModule = "../lint/run-lint.mjs";
const { runLint }: { runLint: (documents: readonly string[]) => Promise<Problem[][]> } = await import(
  runnerModule
);

const answer = (status: number) => {
  const name = { 401: "Stranger", 429: "Later" }[status] ?? "Answer";
  return `        "${status}": { $ref: "#/components/responses/${name}" }\n`;
};
const withoutAnswer = (who: string, ...statuses: number[]): Broken[] =>
  statuses.map((status) => ({
    fault: `${who} that doesn't declare ${status}`,
    rule: "onehazel/declared-errors",
    line: answer(status),
    by: "",
  }));
const property = (name: string, was: string, is: string) => ({
  line: `        ${name}: { ${was} }`,
  by: `        ${name}: { ${is} }`,
});
const both = "{ operatorKey: [] }, { operatorSession: [] }";

const operations: Broken[] = [
  { fault: "no operationId", rule: "operation-operationId", line: "      operationId: putThing\n", by: "" },
  {
    fault: "an operationId in snake_case",
    rule: "onehazel/operation-id",
    line: "Id: putThing",
    by: "Id: put_thing",
  },
  { fault: "no summary", rule: "operation-summary", line: "      summary: Put a thing\n", by: "" },
  { fault: "no tag", rule: "operation-tag-defined", line: "      tags: [things]\n", by: "" },
  { fault: "two tags", rule: "operation-singular-tag", line: "tags: [things]", by: "tags: [things, things]" },
  {
    fault: "a tag nobody described",
    rule: "operation-tag-defined",
    line: "tags: [things]",
    by: "tags: [other]",
  },
  {
    fault: "an operationId used twice",
    rule: "operation-operationId-unique",
    line: "operationId: putThing",
    by: "operationId: listThings",
  },
  {
    fault: "no security of its own",
    rule: "onehazel/security-stated",
    line: "      security: [{ operatorKey: [] }, { operatorSession: [] }]\n",
    by: "",
  },
  ...["[]", "[{}]", `[${both}, {}]`, `[${both}, { nobody: [] }]`].map((security) => ({
    fault: `security: ${security}`,
    rule: "onehazel/security-stated",
    line: `security: [${both}]`,
    by: `security: ${security}`,
  })),
  ...["[{ operatorKey: [] }]", "[{ operatorSession: [] }]"].map((security) => ({
    fault: `security: ${security}`,
    rule: "onehazel/session-beside-key",
    line: `security: [${both}]`,
    by: `security: ${security}`,
  })),
  {
    fault: "no rate-limit category",
    rule: "onehazel/rate-limit",
    line: "      x-rate-limit: realtime\n",
    by: "",
  },
  { fault: "an unknown category", rule: "onehazel/rate-limit", line: "limit: realtime", by: "limit: rapid" },
  {
    fault: "a document that doesn't say what its categories take",
    rule: "onehazel/rate-limit",
    line: "x-rate-limits: { windowSeconds: 60, quotas: { realtime: 2, read: 1 } }\n",
    by: "",
  },
  {
    fault: "a category that takes nothing",
    rule: "onehazel/rate-limit",
    line: "quotas: { realtime: 2, read: 1 }",
    by: "quotas: { realtime: 0, read: 1 }",
  },
  ...["RateLimit-Policy", "RateLimit"].map((name) => ({
    fault: `a counted answer that doesn't declare ${name}`,
    rule: "onehazel/counted-answers",
    line: `        ${name}: { $ref: "#/components/headers/Word" }\n`,
    by: "",
  })),
  {
    fault: "a 429 that doesn't say when to come again",
    rule: "onehazel/counted-answers",
    line: `        Retry-After: { $ref: "#/components/headers/Word" }\n`,
    by: "",
  },
  {
    fault: "an Idempotency-Key on an operation that doesn't honour it",
    rule: "onehazel/idempotency-key",
    line: "      x-idempotent: true\n",
    by: "",
  },
  {
    fault: "x-idempotent: false, which says nothing",
    rule: "onehazel/idempotency-key",
    line: "x-idempotent: true",
    by: "x-idempotent: false",
  },
  {
    fault: "x-idempotent on an operation that takes no key",
    rule: "onehazel/idempotency-key",
    line: "name: Idempotency-Key",
    by: "name: Other-Key",
  },
  ...withoutAnswer("an operation", 400, 401, 403, 429, 500, 503),
  ...withoutAnswer("an operation with a body", 413, 415),
  ...withoutAnswer("an operation with a path parameter", 404),
  ...withoutAnswer("an idempotent operation", 409, 422),
  ...withoutAnswer("an operator's idempotent operation", 410),
];

const schemas: Broken[] = [
  {
    fault: "a string without maxLength",
    ...property("name", "type: string, maxLength: 100", "type: string"),
  },
  {
    fault: "a string of a format of any length",
    ...property("uuid", "type: string, format: uuid", "type: string, format: uri"),
  },
  { fault: "an array without maxItems", line: "type: array, maxItems: 10,", by: "type: array," },
  {
    fault: "items without maxLength",
    line: "items: { type: string, maxLength: 20 }",
    by: "items: { type: string }",
  },
  {
    fault: "an integer without minimum",
    ...property("size", "type: integer, minimum: 0, maximum: 10", "type: integer, maximum: 10"),
  },
  {
    fault: "an integer without maximum",
    ...property("size", "type: integer, minimum: 0, maximum: 10", "type: integer, minimum: 0"),
  },
  {
    fault: "a number without bounds",
    line: "type: number, exclusiveMinimum: 0, exclusiveMaximum: 10",
    by: "type: number",
  },
  {
    fault: "a parameter without maxLength",
    line: "schema: { type: string, maxLength: 20 }",
    by: "schema: { type: string }",
  },
].map((broken) => ({ rule: "onehazel/bounds", ...broken }));

const objects: Broken[] = [
  {
    fault: "an object that doesn't say whether it is closed",
    rule: "onehazel/closed-objects",
    line: "      additionalProperties: false\n",
    by: "",
  },
  {
    fault: "a composition that nothing closes",
    rule: "onehazel/closed-objects",
    line: "      unevaluatedProperties: false\n",
    by: "",
  },
];

const shown: Broken[] = [
  {
    fault: "a parameter without example",
    rule: "onehazel/examples",
    line: "      example: thing_1\n",
    by: "",
  },
  {
    fault: "a request body without example",
    rule: "onehazel/examples",
    line: "            example: { name: a }\n",
    by: "",
  },
  {
    fault: "an answer without example",
    rule: "onehazel/examples",
    line: "          example: { name: b }\n",
    by: "",
  },
  {
    fault: "a body's example that doesn't fit",
    rule: "no-invalid-media-type-examples",
    line: "{ name: a }",
    by: "{ name: 1 }",
  },
  {
    fault: "an example with an unknown name",
    rule: "no-invalid-media-type-examples",
    line: "{ name: b }",
    by: "{ name: b, extra: 1 }",
  },
  {
    fault: "a parameter's example that doesn't fit",
    rule: "no-invalid-parameter-examples",
    line: "example: thing_1",
    by: "example: a thing whose id is too long",
  },
  {
    fault: "a schema's example that doesn't fit",
    rule: "no-invalid-schema-examples",
    ...property(
      "kind",
      "type: string, enum: [large, small]",
      "type: string, enum: [large, small], example: medium",
    ),
  },
];

const all = [...operations, ...schemas, ...objects, ...shown];
let found: Problem[][] = [];

beforeAll(async () => {
  found = await runLint([sound, ...all.map(({ line, by }) => sound.replace(line, by))]);
}, 60_000);

describe("the spec's lint rules", () => {
  it("have nothing to say about a sound document", () => {
    expect(found[0]).toEqual([]);
  });

  it.each(all.map((broken, index) => [broken.fault, broken.rule, broken.line, index + 1] as const))(
    "refuse %s (%s)",
    (_, rule, line, index) => {
      expect(sound).toContain(line);
      expect(new Set(found[index]?.map(({ ruleId }) => ruleId))).toEqual(new Set([rule]));
    },
  );
});
