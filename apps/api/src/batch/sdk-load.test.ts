import { OneHazel } from "@onehazel/sdk";
import { rateLimitMax, rateLimits } from "@onehazel/spec";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

const rows = 20_000;
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ limits: { quotas: { ...rateLimits.quotas, batch: rateLimitMax } } });
});
afterAll(() => api.stop());

it("the SDK loads 20,000 entities and events, and says exactly which were refused", {
  timeout: 180_000,
}, async () => {
  const { key, id } = await api.createOperator(api.ours);
  const client = new OneHazel({ apiKey: key, baseUrl: api.baseUrl });
  async function* games() {
    for (let index = 0; index < rows; index++) {
      // One in a thousand is refused alone, and one has what makes a server refuse the whole batch.
      const name = index % 1_000 === 500 ? 7 : index === 12_345 ? "a\0b" : `Game ${index}`;
      yield {
        entityType: index % 1_000 === 500 ? "planet" : "game",
        externalId: `g${index}`,
        data: { name },
      };
    }
  }
  const loaded = await client.entities.upsertMany(games());
  expect([loaded.read, loaded.succeeded, loaded.failed]).toEqual([rows, rows - 21, 21]);
  expect(loaded.failures.map(({ index }) => index).filter((index) => index % 1_000 !== 500)).toEqual([
    12_345,
  ]);
  expect(loaded.failures.every(({ item, index }) => item.externalId === `g${index}`)).toBe(true);
  expect(await api.sql("select count(*)::int from entities where operator_id = $1", [id])).toEqual([
    { count: rows - 21 },
  ]);

  // Twice under one key, as by a program that begins again: nothing is recorded twice.
  const events = Array.from({ length: rows }, (_, index) => ({
    externalId: `g${index % 400}`,
    eventType: "session",
    data: { index },
  }));
  for (let run = 0; run < 2; run++) {
    const recorded = await client.events.recordMany(events, { idempotencyKey: "sessions" });
    expect([recorded.succeeded, recorded.failed]).toEqual([rows, 0]);
  }
  expect(await api.sql("select count(*)::int from events where operator_id = $1", [id])).toEqual([
    { count: rows },
  ]);
});
