import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const kinds = ["entities", "events", "states"] as const;
type Kind = (typeof kinds)[number];

/** An item of each kind as text, with these texts of JSON for its name and for a value inside. */
const itemOf: Record<Kind, (value: string, externalId?: string) => string> = {
  entities: (value, id = '"a"') =>
    `{"entityType":"game","externalId":${id},"data":{"name":"n","v":${value}}}`,
  events: (value, id = '"a"') => `{"externalId":${id},"eventType":"session","data":{"v":${value}}}`,
  states: (value, id = '"a"') => `{"externalId":${id},"stateKey":"balance","value":{"v":${value}}}`,
};
const placeOf: Record<Kind, string> = { entities: "data.v", events: "data.v", states: "value.v" };

const nested = `${"[".repeat(70)}${"]".repeat(70)}`;
const poison: Record<string, [value: string, message: string]> = {
  "U+0000": ['"a\\u0000b"', "must not contain U+0000"],
  "a lone surrogate": ['["\\ud800"]', "must not contain lone surrogates"],
  "an integer that is too large": ["100002380981727412", "would be rounded; send it as a string"],
  "a number with too many digits": ["0.12345678901234567890", "would be rounded; send it as a string"],
  "an infinite number": ["1e400", "must be a finite number; send it as a string"],
  "too many levels": [nested, "must not nest deeper than 64 levels"],
  "thousands of levels": ["[".repeat(9_000) + "]".repeat(9_000), "must not nest deeper"],
  "a long key": [`{"${"k".repeat(256)}":1}`, "must not have keys over 255 characters"],
  "too many values": [`[${"0,".repeat(20_000)}0]`, "body: must not hold more than 20000 JSON values"],
  "too many bytes": [`"${"x".repeat(1_048_576)}"`, "body: must not hold more than 1048576 bytes of JSON"],
};

const post = (kind: Kind, body: string, key: string, headers = {}) =>
  api.call("POST", `/operator-data-api/batch/${kind}`, { key, body, headers });
const read = async (path: string, key: string) =>
  (await api.call("GET", `/operator-data-api/entities/${path}`, { key })).body.data;
const written: Record<Kind, (key: string) => Promise<unknown>> = {
  entities: async (key) => (await read("a", key)).data.v,
  events: async (key) =>
    (await read("a/events", key)).map(({ data }: { data: { v: unknown } }) => data.v).sort(),
  states: async (key) => (await read("a/state", key))[0].value.v,
};

async function operatorWithEntity() {
  const operator = await api.createOperator(api.ours);
  await post("entities", `[${itemOf.entities("0")}]`, operator.key);
  return operator;
}

describe.each(kinds)("of a batch of %s", (kind) => {
  it.each(Object.entries(poison))("an item with %s is reported alone", async (_, [value, message]) => {
    const { key } = await operatorWithEntity();
    const items = [itemOf[kind]("1"), itemOf[kind](value), itemOf[kind]("2")];
    const answer = await post(kind, `[ ${items.join(" ,\n")} ]`, key, { "Idempotency-Key": "k" });
    expect([answer.status, answer.body.data.succeeded, answer.body.data.failed]).toEqual([200, 2, 1]);
    const [error] = answer.body.data.errors;
    expect(error).toMatchObject({ index: 1, externalId: "a", code: "VALIDATION_FAILED" });
    expect(error.message).toContain(message);
    if (!message.startsWith("body: ")) expect(error.message).toContain(placeOf[kind]);
    expect(await written[kind](key)).toEqual(kind === "events" ? [1, 2] : 2);
    const again = await post(kind, `[${items.join(",")}]`, key, { "Idempotency-Key": "k" });
    expect([again.status, again.text]).toEqual([200, answer.text]);
    const job = await api.call("GET", `/operator-data-api/batch/jobs/${answer.body.data.jobId}`, { key });
    expect(job.body.data.errors).toEqual(answer.body.data.errors);
  });

  it("an item whose externalId cannot be stored is reported without it", async () => {
    const { key } = await operatorWithEntity();
    const ids = [
      '"a\\u0000"',
      '"\\udc00"',
      '"\\ud83d"',
      "9007199254740993",
      '{"a":1e400}',
      `"${"x".repeat(256)}"`,
    ];
    const items = [itemOf[kind]("1"), ...ids.map((id) => itemOf[kind]("3", id))];
    const answer = await post(kind, `[${items.join(",")}]`, key);
    expect([answer.status, answer.body.data.succeeded, answer.body.data.failed]).toEqual([200, 1, 6]);
    for (const [index, error] of answer.body.data.errors.entries()) {
      expect(error).toMatchObject({ index: index + 1, code: "VALIDATION_FAILED" });
      expect(error.externalId).toBe(index === 5 ? "x".repeat(256) : null);
      expect(error.message).toContain("externalId");
    }
    expect(await written[kind](key)).toEqual(kind === "events" ? [1] : 1);
  });

  it("unstorable field names, missing fields and other faults are reported together", async () => {
    const { key } = await operatorWithEntity();
    const answer = await post(
      kind,
      `[${itemOf[kind]("1")},{"\\u0000":1,"externalId":"a","b":"\\ud800"},"\\u0000",1e400]`,
      key,
    );
    expect(answer.body.data).toMatchObject({ succeeded: 1, failed: 3 });
    const [first, second, third] = answer.body.data.errors;
    expect(first).toMatchObject({ externalId: "a", code: "MISSING_FIELDS" });
    for (const text of ["U+0000", "b: must not contain lone surrogates", "Missing required field"])
      expect(first.message).toContain(text);
    expect([second.externalId, third.externalId]).toEqual([null, null]);
    expect(third.message).toContain("finite");
  });
});

it("numbers that expand to too many digits are reported from the item on that exceeds the limit", async () => {
  const { key } = await operatorWithEntity();
  const many = `[${"1e308,".repeat(9_000)}1]`;
  const answer = await post("events", `[${Array(6).fill(itemOf.events(many)).join(",")}]`, key);
  expect(answer.body.data).toMatchObject({ succeeded: 3, failed: 3 });
  expect(answer.body.data.errors[0].message).toContain("written in full");
});

it("other requests are served while a batch of 16 MiB is read", async () => {
  const { key } = await operatorWithEntity();
  const item = itemOf.events(`[${"0,".repeat(10_000)}0]`);
  const body = `[${Array(190).fill(item).join(",")},${itemOf.events(`"${"x".repeat(12_000_000)}"`)}]`;
  const answer = await post("events", body, key);
  expect(answer.body.data).toMatchObject({ succeeded: 190, failed: 1 });
  expect((await post("events", `{"a":"${"x".repeat(2_000_000)}"}`, key)).body.error.code).toBe(
    "VALIDATION_FAILED",
  );
});
