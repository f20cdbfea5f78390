import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const path = "/operator-data-api/batch/entities";
const itemsOf = (externalId: string, padding = 0) => [
  { entityType: "game", externalId, data: { name: "x".repeat(padding) } },
];

it("an item larger than the limit of a single write is reported, and its neighbors are stored", async () => {
  const { key } = await api.createOperator(api.ours);
  const large = [...itemsOf("large", 1_048_576), ...itemsOf("dense"), ...itemsOf("fits", 1_000_000)];
  Object.assign(large[1]?.data ?? {}, { numbers: Array.from({ length: 200_000 }, () => 0.000015) });
  const { body } = await api.call("POST", path, { key, body: large });
  expect(body.data.succeeded).toBe(1);
  expect(body.data.errors).toMatchObject([
    { index: 0, externalId: "large", code: "VALIDATION_FAILED", message: expect.stringContaining("1048576") },
    { index: 1, externalId: "dense", code: "VALIDATION_FAILED" },
  ]);
});

describe("a batch of too many JSON values", () => {
  const dense = (part: string, count: number) =>
    `[{"entityType":"game","externalId":"dense","data":{"name":"n","d":[${Array.from({ length: count }, () => part).join(",")}]}}]`;
  // Array, item, two texts, data, name, d.
  const around = 7;

  it.each(["{}", "[]", "0"])(
    "%s is refused whole, and one fewer is taken",
    async (part) => {
      const send = (count: number) =>
        api.call("POST", path, { key: api.ours.operator.key, body: dense(part, count) });
      const refused = await send(2_000_000 - around + 1);
      expect([refused.status, refused.body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
      expect(refused.body.error.message).toContain("2000000 JSON values");
      expect((await send(2_000_000 - around)).status).toBe(200);
    },
    60_000,
  );
});
