import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const path = (kind: string) => `/operator-data-api/batch/${kind}`;
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const game = (externalId: string, name: unknown = "Starburst") => ({
  entityType: "game",
  externalId,
  data: { name },
});

const post = (kind: string, body: unknown, { key, ...headers }: Record<string, string> = {}) =>
  api.call("POST", path(kind), { key: key ?? api.ours.operator.key, body, headers });
const get = (rest: string, { key }: TestOperator = api.ours.operator) =>
  api.call("GET", `/operator-data-api/${rest}`, { key });
const dataOf = async (externalId: string) => (await get(`entities/${externalId}`)).body.data?.data;

describe("a batch of entities", () => {
  it("stores what is good and reports the rest, in the order of the items", async () => {
    const answer = await post("entities", [
      game("e1"),
      { entityType: "player", externalId: "e2", data: { country: "GB", currency: "GBP" } },
      { entityType: "game", data: {} },
      "no object",
      { entityType: "planet", externalId: "e5", data: {} },
      { entityType: "game", externalId: 7, data: { name: "x" }, extra: 1 },
      game(".."),
      game("e8", null),
      null,
      { entityType: "player", externalId: "e9", data: player },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      data: {
        jobId: expect.stringMatching(/^job_[0-9a-f]{16}$/),
        succeeded: 2,
        failed: 8,
        errors: [
          {
            index: 1,
            externalId: "e2",
            code: "VALIDATION_FAILED",
            message: 'Missing required field: "email"',
          },
          {
            index: 2,
            externalId: null,
            code: "MISSING_FIELDS",
            message: 'Missing required field: "externalId"; Missing required field: "name"',
          },
          { index: 3, externalId: null, code: "VALIDATION_FAILED", message: "body: must be object" },
          {
            index: 4,
            externalId: "e5",
            code: "VALIDATION_FAILED",
            message: expect.stringMatching(/^entityType: must be a type of your template: /),
          },
          {
            index: 5,
            externalId: null,
            code: "VALIDATION_FAILED",
            message: expect.stringMatching(
              /^Unknown field: "extra"; externalId: must be a string of 1 to 255/,
            ),
          },
          {
            index: 6,
            externalId: "..",
            code: "VALIDATION_FAILED",
            message: expect.stringContaining("externalId: "),
          },
          {
            index: 7,
            externalId: "e8",
            code: "VALIDATION_FAILED",
            message: 'Missing required field: "name"',
          },
          { index: 8, externalId: null, code: "VALIDATION_FAILED", message: "body: must be object" },
        ],
      },
    });
    expect(await dataOf("e1")).toEqual({ name: "Starburst" });
    expect(await dataOf("e9")).toEqual(player);
    expect((await get("entities/e8")).status).toBe(404);
  });

  it("says of an item what a request with it alone would be told", async () => {
    const items = [
      {},
      { entityType: null, externalId: "m", data: null },
      { entityType: "", externalId: "", data: [] },
      { entityType: "game", externalId: "m", data: {}, "a/b": 1 },
      { entityType: "x".repeat(65), externalId: "y".repeat(256), data: "text" },
    ];
    const { errors } = (await post("entities", items)).body.data;
    for (const [index, body] of items.entries()) {
      const { error } = (
        await api.call("POST", "/operator-data-api/entities", { key: api.ours.operator.key, body })
      ).body;
      const report = errors.find((each: { index: number }) => each.index === index);
      expect([index, report.code]).toEqual([index, error.code]);
      for (const { message } of error.details) expect(report.message).toContain(message);
    }
  });

  it("leaves the last good one of several with one externalId, and counts them all", async () => {
    const before = await post("entities", [game("twice", "old"), game("other")]);
    const { id, created_at } = (await get("entities/twice")).body.data;
    expect(before.body.data).toMatchObject({ succeeded: 2, failed: 0, errors: [] });
    const answer = await post("entities", [
      game("twice", "a"),
      { entityType: "operator", externalId: "twice", data: { name: "b" } },
      game("fresh", "c"),
      game("fresh", "d"),
      { entityType: "game", externalId: "twice", data: {} },
    ]);
    expect(answer.body.data).toMatchObject({ succeeded: 4, failed: 1 });
    expect((await get("entities/twice")).body.data).toMatchObject({
      id,
      created_at,
      entity_type: "operator",
      data: { name: "b" },
    });
    expect(await dataOf("fresh")).toEqual({ name: "d" });
  });

  it("takes whatever names and values JSON has", async () => {
    const odd = JSON.parse(
      '{"name":"\\"x\\\\","__proto__":{"constructor":1},"ünï":"😀\\u0001","n":[null,1e21,-0.5,{}]}',
    );
    const names = ["a/b", "../x", "%2F", "😀", "  ", '"', "\\", "'", "null", "{}", "__proto__"];
    const answer = await post(
      "entities",
      names.map((externalId) => ({ entityType: "game", externalId, data: odd })),
    );
    expect(answer.body.data).toMatchObject({ succeeded: names.length, failed: 0 });
    for (const name of names) expect([name, await dataOf(encodeURIComponent(name))]).toEqual([name, odd]);
  });

  it("may be a thousand, in any order, and is listed as changes", async () => {
    const { key } = await api.createOperator(api.ours);
    const items = Array.from({ length: 1_000 }, (_, index) => game(`k${(index * 617) % 1_000}`, index));
    expect((await post("entities", items, { key })).body.data).toMatchObject({ succeeded: 1_000, failed: 0 });
    expect((await post("entities", items.reverse(), { key })).body.data).toMatchObject({ succeeded: 1_000 });
    const listed = await api.call(
      "GET",
      "/operator-data-api/entities?limit=200&updatedSince=2020-01-01T00:00:00Z",
      { key },
    );
    expect(listed.body.data).toHaveLength(200);
  });
});

describe("a batch of events", () => {
  it("records for those who are there, and creates nobody", async () => {
    await post("entities", [{ entityType: "player", externalId: "ev1", data: player }, game("ev2")]);
    const event = (externalId: string, occurredAt?: string, eventType = "session") => ({
      externalId,
      eventType,
      data: { n: 1 },
      ...(occurredAt === undefined ? {} : { occurredAt }),
    });
    const now = Date.now();
    const at = (ms: number) => new Date(now + ms).toISOString();
    const answer = await post("events", [
      event("ev1"),
      event("nobody"),
      event("ev2", at(-3_600_000)),
      event("ev1", at(-1_830 * 86_400_000)),
      event("ev1", at(10 * 60_000)),
      event("ev1", "2026-13-01T00:00:00Z"),
      event("ev1", "yesterday"),
      event("ev1", undefined, "a.b"),
      event("ev1", undefined, "unheard"),
      event("nobody", undefined, "unheard"),
      event("ev1"),
      { externalId: "ev1", eventType: "transaction", data: { type: "deposit" } },
    ]);
    expect(answer.status).toBe(200);
    const { errors, ...counts } = answer.body.data;
    expect(counts).toMatchObject({ succeeded: 3, failed: 9 });
    expect(
      errors.map(({ index, externalId, code }: Record<string, unknown>) => [index, externalId, code]),
    ).toEqual([
      [1, "nobody", "ENTITY_NOT_FOUND"],
      [3, "ev1", "VALIDATION_FAILED"],
      [4, "ev1", "VALIDATION_FAILED"],
      [5, "ev1", "VALIDATION_FAILED"],
      [6, "ev1", "VALIDATION_FAILED"],
      [7, "ev1", "VALIDATION_FAILED"],
      [8, "ev1", "VALIDATION_FAILED"],
      [9, "nobody", "ENTITY_NOT_FOUND"],
      [11, "ev1", "VALIDATION_FAILED"],
    ]);
    expect(errors[1].message).toBe("occurredAt: must lie between 1825 days ago and 5 minutes ahead");
    expect(errors[8].message).toBe('Missing required field: "amount"; Missing required field: "currency"');
    expect((await get("entities/nobody")).status).toBe(404);
    const listed = (await get("entities/ev1/events")).body.data;
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ event_type: "session", data: { n: 1 } });
    const [elder] = (await get("entities/ev2/events")).body.data;
    expect(elder.occurred_at).toBe(at(-3_600_000));
    expect((await get(`entities/ev2/events/${elder.id}`)).body.data).toEqual(elder);
  });

  it("may be five thousand of many entities", async () => {
    const { key } = await api.createOperator(api.ours);
    await post(
      "entities",
      Array.from({ length: 1_000 }, (_, index) => game(`g${index}`)),
      { key },
    );
    const items = Array.from({ length: 5_000 }, (_, index) => ({
      externalId: `g${(index * 7) % 1_001}`,
      eventType: "session",
      data: { index },
    }));
    const { succeeded, failed, errors } = (await post("events", items, { key })).body.data;
    const strangers = items.filter(({ externalId }) => externalId === "g1000").length;
    expect([succeeded, failed]).toEqual([5_000 - strangers, strangers]);
    expect(errors).toHaveLength(strangers);
  });
});

describe("a batch of states", () => {
  it("sets any value, the last of one key, for those who are there", async () => {
    await post("entities", [game("s1"), game("s2")]);
    const state = (externalId: string, stateKey: string, value: unknown) => ({ externalId, stateKey, value });
    const answer = await post("states", [
      state("s1", "balance", 1),
      state("s1", "balance", { value: 2 }),
      state("s1", "kyc_status", null),
      state("s2", "balance", "text"),
      state("s2", "mood", "good"),
      state("nobody", "balance", 1),
      state("nobody", "mood", 1),
      { externalId: "s2", stateKey: "balance" },
      state("s2", "x".repeat(65), 1),
    ]);
    expect(answer.body.data).toMatchObject({ succeeded: 4, failed: 5 });
    expect(
      answer.body.data.errors.map(({ index, externalId, code }: Record<string, unknown>) => [
        index,
        externalId,
        code,
      ]),
    ).toEqual([
      [4, "s2", "INVALID_STATE_KEY"],
      [5, "nobody", "ENTITY_NOT_FOUND"],
      [6, "nobody", "ENTITY_NOT_FOUND"],
      [7, "s2", "MISSING_FIELDS"],
      [8, "s2", "INVALID_STATE_KEY"],
    ]);
    const values = async (externalId: string) =>
      Object.fromEntries(
        (await get(`entities/${externalId}/state`)).body.data.map(
          ({ state_key, value }: Record<string, unknown>) => [state_key, value],
        ),
      );
    expect(await values("s1")).toEqual({ balance: { value: 2 }, kyc_status: null });
    expect(await values("s2")).toEqual({ balance: "text" });
  });
});
