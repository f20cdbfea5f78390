import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const runs = Number(process.env.ROUND_TRIP_RUNS ?? 150);
const fits = (text: string) => !text.includes("\0") && [...text].length <= 255;
const text = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 40 }).filter((value) => value.isWellFormed()),
  )
  .filter(fits);
const field = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "length",
    "",
    " ",
    "email",
    "a.b",
    "0",
    "\u202e",
    "$ref",
  ),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  // Below 1e21 JavaScript writes whole numbers as integer literals, and those beyond the safe ones are refused.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter(
      (double) => !Number.isInteger(double) || Number.isSafeInteger(double) || Math.abs(double) >= 1e21,
    ),
  fc.constantFrom(0, -1, 5e-324, 1.7976931348623157e308, 0.1, 1e21, 123456789012345.67, 9007199254740991),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.array(tie("value"), { maxLength: 5 }),
    // From text, so that __proto__ is a key like any other.
    fc
      .array(fc.tuple(field, tie("value")), { maxLength: 5 })
      .map((entries) => objectOf(entries as [string, unknown][])),
  ),
}));

function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  return JSON.parse(
    `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`).join()}}`,
  );
}

/** Key order isn't kept, so both sides are written in one order, `__proto__` with the others. */
function sorted(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return Object.is(item, -0) ? 0 : item;
  if (Array.isArray(item)) return item.map(sorted);
  return Object.keys(item)
    .sort()
    .map((name) => [name, sorted((item as Record<string, unknown>)[name])]);
}

it("data comes back value for value, PII and all: any JSON there is", async () => {
  const { key } = api.ours.operator;
  const pii = fc.record({ email: value.filter((item) => item !== null), first_name: value, phone: value });
  const extra = fc.array(fc.tuple(field, value), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pii, extra, async (sealed, more) => {
      const entries: [string, unknown][] = [
        ...more.filter(([name]) => name !== "email" || sealed.email !== undefined),
        ...Object.entries(sealed),
        ["country", "GB"],
        ["currency", "GBP"],
      ];
      const data = objectOf(entries);
      const sent = `{"entityType":"player","externalId":"any","data":${JSON.stringify(data)}}`;
      const written = await api.call("POST", "/operator-data-api/entities", { key, body: sent });
      expect(written.text).toContain('"success":true');
      const read = await api.call("GET", "/operator-data-api/entities/any", { key });
      expect(sorted(JSON.parse(read.text).data.data)).toEqual(sorted(JSON.parse(JSON.stringify(data))));
    }),
    { numRuns: runs },
  );
});

it("a number means after the journey what it meant before, however it was written", async () => {
  const { key } = api.ours.operator;
  const literals = [
    "1.0",
    "1e2",
    "1E+2",
    "-0",
    "0.10",
    "100e-2",
    "1.5e300",
    "9007199254740991",
    "-9007199254740991",
    "1e-7",
    "123.456000",
  ];
  for (const literal of literals) {
    const body = `{"entityType":"game","externalId":"n","data":{"name":"n","n":${literal}}}`;
    expect((await api.call("POST", "/operator-data-api/entities", { key, body })).body.success).toBe(true);
    const { n } = (await api.call("GET", "/operator-data-api/entities/n", { key })).body.data.data;
    expect([literal, n === Number(literal)]).toEqual([literal, true]);
  }
});

it("a list shows the same, but for PII, each field of which is a ciphertext", async () => {
  const { key } = await api.createOperator(api.ours);
  const data = {
    email: { nested: ["any"] },
    first_name: null,
    phone: 5,
    country: "GB",
    currency: "GBP",
    note: "plain",
  };
  const body = { entityType: "player", externalId: "listed", data };
  await api.call("POST", "/operator-data-api/entities", { key, body });
  const [listed] = (await api.call("GET", "/operator-data-api/entities", { key })).body.data;
  const { email, first_name, phone, ...plain } = listed.data;
  expect(plain).toEqual({ country: "GB", currency: "GBP", note: "plain" });
  for (const sealed of [email, first_name, phone]) expect(sealed).toMatch(/^v\d+\.[\w-]+\.[\w-]+$/);
});
