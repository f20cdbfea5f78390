import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const game = (externalId: string) => ({ entityType: "game", externalId, data: { name: "Starburst" } });
const post = (kind: string, body: unknown, { key }: { key: string } = api.ours.operator) =>
  api.call("POST", `/operator-data-api/batch/${kind}`, { key, body });
const statusOf = async (jobId: string) =>
  (await api.call("GET", `/operator-data-api/batch/jobs/${jobId}`, { key: api.ours.operator.key })).body.data
    .status;

describe("a batch as a whole", () => {
  it.each([
    ["entities", 1_000],
    ["events", 5_000],
    ["states", 1_000],
  ])("of %s has %i items at most, and one more stores nothing", async (kind, itemsMax) => {
    const { key, id } = await api.createOperator(api.ours);
    const items = Array.from({ length: itemsMax + 1 }, (_, index) => game(`n${index}`));
    const answer = await post(kind, items, { key });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BATCH_TOO_LARGE"]);
    expect(answer.body.error.message).toContain(String(itemsMax));
    for (const table of ["entities", "batch_jobs"]) {
      expect(await api.sql(`select 1 from ${table} where operator_id = $1`, [id])).toEqual([]);
    }
    expect((await post(kind, items.slice(1), { key })).status).toBe(200);
  });

  it.each(["entities", "events", "states"])("of %s is an array that is not empty", async (kind) => {
    for (const body of [[], {}, { items: [] }, "x", 1, null, true]) {
      const answer = await post(kind, JSON.stringify(body));
      expect([body, answer.status, answer.body.error.code]).toEqual([body, 400, "VALIDATION_FAILED"]);
    }
    expect((await post(kind, "[")).body.error.code).toBe("INVALID_JSON");
    expect((await post(kind, "")).body.error.code).toBe("INVALID_JSON");
  });

  it("needs a template, whatever its items are", async () => {
    const { key } = await api.createOperator(api.ours, { template: false });
    for (const kind of ["entities", "events", "states"]) {
      const answer = await post(kind, [1], { key });
      expect([answer.status, answer.body.error.code]).toEqual([400, "TEMPLATE_NOT_CONFIGURED"]);
    }
  });

  it("is rejected whole when it is no JSON, wherever it breaks", async () => {
    const good = JSON.stringify(game("broken"));
    for (const body of [
      `[${good}`,
      `[${good},]`,
      `[,${good}]`,
      `[${good}}`,
      `[${good}] x`,
      `[${good}][]`,
      `[${good},{"a":01}]`,
      `[${good},{"a":"\u0001"}]`,
      `[${good} ${good}]`,
      `[${good},{]`,
      `[${good},"a]`,
      `[${good},NaN]`,
    ]) {
      const answer = await post("entities", body);
      expect([body, answer.status, answer.body.error.code]).toEqual([body, 400, "INVALID_JSON"]);
    }
    const bytes = Buffer.concat([Buffer.from(`[${good},"`), Buffer.from([0xff]), Buffer.from('"]')]);
    const answer = await api.call("POST", "/operator-data-api/batch/entities", {
      key: api.ours.operator.key,
      body: bytes,
    });
    expect(answer.body.error.code).toBe("INVALID_JSON");
    const { key } = api.ours.operator;
    expect((await api.call("GET", "/operator-data-api/entities/broken", { key })).status).toBe(404);
  });

  it("answers items with thousands of faults and long ones without a 5xx", async () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`f${index}😀`, 1]));
    const long = "😀".repeat(100_000);
    const answer = await post("entities", [many, { ...game(long), ...many }, game(long)]);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ succeeded: 0, failed: 3 });
    expect(answer.body.data.errors[1].externalId).toBe(long);
    for (const { message } of answer.body.data.errors) expect(message.length).toBeLessThanOrEqual(4_096);
    expect(await statusOf(answer.body.data.jobId)).toBe("failed");
  });

  it("is a write: a reading key and a stranger may not", async () => {
    const reader = await api.createKey(api.ours, api.ours.operator.id, { access: "read" });
    expect((await post("entities", [game("r")], reader)).status).toBe(403);
    expect((await post("entities", [game("r")], api.ours)).status).toBe(403);
  });
});
