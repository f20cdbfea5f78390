import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultsOfValue } from "../http/json-value.js";
import { startApi, type TestApi } from "../testing/harness.js";

const entities = "/operator-data-api/entities";
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** Writes the text of an entity's `data` as it is, and reads it back. */
async function writeAndRead(data: string): Promise<unknown> {
  const { key } = api.ours.operator;
  const body = `{"entityType":"player","externalId":"kept","data":${data}}`;
  const written = await api.call("POST", entities, { key, body });
  expect([data, written.status, written.body.error?.details]).toEqual([
    data,
    expect.toSatisfy((s) => s < 300),
    undefined,
  ]);
  return (await api.call("GET", `${entities}/kept`, { key })).body.data.data;
}

describe("data comes back value for value", () => {
  it("whatever JSON it is, in a sealed field and beside it", async () => {
    // -0 and 0 are one number.
    const value = fc
      .jsonValue({ maxDepth: 4, stringUnit: "binary" })
      .map((any) => JSON.parse(JSON.stringify(any)));
    await fc.assert(
      fc.asyncProperty(value, value, async (sealed, plain) => {
        const data = { ...player, phone: sealed, note: plain };
        const text = JSON.stringify(data);
        fc.pre(faultsOfValue(data, text).length === 0);
        expect(await writeAndRead(text)).toEqual(data);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    "0.1",
    "1e22",
    "5e-324",
    "1.7976931348623157e308",
    "-9007199254740991",
    "0.30000000000000004",
    "1.10",
    "1e2",
  ])("the number %s", async (literal) => {
    const data = { ...player, phone: Number(literal), note: [Number(literal)] };
    const text = JSON.stringify(player).replace("}", `,"phone":${literal},"note":[${literal}]}`);
    expect(await writeAndRead(text)).toEqual(data);
  });

  it("keys of every kind, __proto__ and constructor among them", async () => {
    const text = `{"email":"a@b.example","country":"GB","currency":"GBP","__proto__":{"x":1},"constructor":{"prototype":[]},
      "":null,"toString":1,"first_name":{"__proto__":"sealed"},"😀":"\\u0001","a.b":{"c/d~":"\\ud83d\\ude00"}}`;
    const back = await writeAndRead(text.replaceAll("\n", ""));
    expect(new Map(Object.entries(back as object))).toEqual(new Map(Object.entries(JSON.parse(text))));
  });
});
