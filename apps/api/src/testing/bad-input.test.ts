import { operations } from "@onehazel/spec";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { exampleRequest, keyFor } from "./requests.js";
import { storedDigest } from "./stored.js";
import { absent, player } from "./things.js";

let api: TestApi;
let before: Record<string, string>;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  before = await storedDigest(api);
});
/** What is refused stores nothing: every test of this file is held to it. */
afterEach(async () => {
  expect(await storedDigest(api)).toEqual(before);
});
afterAll(() => api.stop());

const path = "/operator-data-api/entities";
const post = (body: unknown) => api.call("POST", path, { key: api.ours.operator.key, body });
/** An entity as JSON text, with `value` as it is written for one of its fields. */
const withValue = (value: string) =>
  `{"entityType":"player","externalId":"x","data":{"email":"a@b.c","country":"GB","currency":"GBP","v":${value}}}`;
const refusedAt = async (body: unknown) => expectError(await post(body), "VALIDATION_FAILED").fields;

describe("what JSON allows and we could not keep is refused by its field:", () => {
  it("U+0000, in values and keys, however deep", async () => {
    expect(await refusedAt(withValue('"a\\u0000b"'))).toEqual(["data.v"]);
    expect(await refusedAt(withValue('{"list":[1,{"deep":"\\u0000"}]}'))).toEqual(["data.v.list[1].deep"]);
    expect(await refusedAt(withValue('{"a\\u0000":1}'))).toEqual(["data.v"]);
    expect(await refusedAt(withValue("1").replace("a@b.c", "\\u0000"))).toEqual(["data.email"]);
    expect(await refusedAt(withValue("1").replace("player", "\\u0000"))).toEqual(["entityType"]);
  });

  it("lone surrogates, and only lone ones", async () => {
    for (const lone of ["\\ud83c", "\\udfb0", "a\\udfb0\\ud83cb", "\\ud83c\\ud83c\\udfb0"]) {
      expect(await refusedAt(withValue(`"${lone}"`))).toEqual(["data.v"]);
      expect(await refusedAt(withValue(`{"${lone}":1}`))).toEqual(["data.v"]);
    }
  });

  it("numbers that would be rounded or are not finite", async () => {
    const literals = [
      "1e400",
      "-1e400",
      "1e309",
      "9007199254740992",
      "-9007199254740992",
      "9007199254740993",
      "18446744073709551615",
      "123456789012345678901234567890",
      "0.12345678901234567890",
      "1e-400",
      `1${"0".repeat(400)}`,
      `0.${"1".repeat(5_000)}`,
    ];
    for (const literal of literals)
      expect([literal, await refusedAt(withValue(literal))]).toEqual([literal, ["data.v"]]);
    expect(await refusedAt(withValue("[1,1e400,[1e400]]"))).toEqual(["data.v[1]", "data.v[2][0]"]);
  });

  it("nesting over 64 levels, ten thousand alike", async () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    // The body and its data are two levels.
    for (const levels of [63, 100, 10_000]) {
      expect(await refusedAt(withValue(nested(levels)))).toHaveLength(1);
      expect(await refusedAt(withValue(objects(levels)))).toHaveLength(1);
    }
    for (const operation of operations.filter(({ body }) => body !== "none")) {
      const key = keyFor(api.ours, operation.credentials[0]!);
      const { method, path: to, body } = exampleRequest(operation, key, () => absent);
      const shape = operation.errorShape;
      for (const [name, schema] of Object.entries(operation.bodySchema?.properties ?? {})) {
        for (const value of [nested(10_000), objects(10_000)]) {
          const text = JSON.stringify({ ...body, [name]: null }).replace(
            `"${name}":null`,
            `"${name}":${value}`,
          );
          const answer = await api.call(method, to, { key, body: text });
          expectError(answer, "VALIDATION_FAILED", { shape });
        }
        expect(schema).toBeDefined();
      }
      // An array is a batch, whose items are reported.
      for (const value of operation.batch ? [objects(10_000)] : [nested(10_000), objects(10_000)]) {
        const answer = await api.call(method, to, { key, body: value });
        expectError(answer, answer.body.code ?? answer.body.error.code, { shape, status: 400 });
      }
    }
  });

  it("keys over 255 characters", async () => {
    expect(await refusedAt(withValue(`{"${"k".repeat(256)}":1}`))).toEqual(["data.v"]);
    expect(await refusedAt(withValue(`{"${"🗝".repeat(256)}":1}`))).toEqual(["data.v"]);
    const data = { ...player, ["k".repeat(10_000)]: 1 };
    expect(await refusedAt({ entityType: "player", externalId: "x", data })).toEqual(["data"]);
  });
});

it("every fault of a request is told at once, a hundred of them at most", async () => {
  const body = `{"entityType":5,"externalId":"","data":{"a":"\\u0000","b":1e400,"c":"\\ud800"},"Surprise":1}`;
  expect((await refusedAt(body)).sort()).toEqual(
    ["Surprise", "data.a", "data.b", "data.c", "entityType", "externalId"].sort(),
  );
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
  expect(await refusedAt({ ...JSON.parse(withValue("1")), ...many })).toHaveLength(100);
});

it("wrong types are faults of their fields, and nothing is converted in silence", async () => {
  const faults: readonly (readonly [object, string[]])[] = [
    [{ data: [] }, ["data"]],
    [{ data: "{}" }, ["data"]],
    [{ data: 5 }, ["data"]],
    [{ data: true }, ["data"]],
    [{ entityType: 5 }, ["entityType"]],
    [{ entityType: ["player"] }, ["entityType"]],
    [{ entityType: { toString: "player" } }, ["entityType"]],
    [{ externalId: 5 }, ["externalId"]],
    [{ externalId: "x".repeat(10_000) }, ["externalId"]],
    [{ entityType: "x".repeat(10_000) }, ["entityType"]],
    [{ data: 1, entityType: 1, externalId: 1 }, ["data", "entityType", "externalId"]],
  ];
  for (const [fault, fields] of faults) {
    expect((await refusedAt({ ...JSON.parse(withValue("1")), ...fault })).sort()).toEqual(fields);
  }
});

it("__proto__ and constructor are ordinary keys, and pollute nothing", async () => {
  const body =
    '{"__proto__":{"entityType":"player"},"constructor":{"prototype":{"polluted":1}},"externalId":"x","data":{}}';
  const { fields } = expectError(await post(body), "MISSING_FIELDS");
  expect(fields.sort()).toEqual(["__proto__", "constructor", "entityType"]);
  const data = withValue('1,"__proto__":{"email":"a@b.c"}').replace('"email":"a@b.c",', "");
  expect(await refusedAt(data)).toEqual(["data.email"]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it("a field that is given twice counts as its last, also for what it lacks", async () => {
  const twice = withValue("1")
    .replace("{", '{"externalId":"first",')
    .replace('"externalId":"x"', '"externalId":""');
  expect(await refusedAt(twice)).toEqual(["externalId"]);
});

it("errors and logs never say back what was sent", async () => {
  const marker = "Marker-8f3a";
  const bodies = [
    withValue("1").replace("player", marker),
    withValue("1e400").replace("a@b.c", marker),
    `{"entityType":"${marker}"`,
    withValue(`"${marker}\\u0000"`),
    JSON.stringify({ entityType: "player", externalId: marker, data: { email: marker } }),
  ];
  for (const body of bodies) expect((await post(body)).text).not.toContain(marker);
  expect((await api.call("GET", `${path}/${marker}%00`, { key: api.ours.operator.key })).text).not.toContain(
    marker,
  );
  expect(api.logLines.join("")).not.toContain(marker);
});
