import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "./harness.js";
import { player } from "./things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  const body = { entityType: "player", externalId: "p", data: player };
  await api.call("POST", "/operator-data-api/entities", { key: api.ours.operator.key, body });
});
afterAll(() => api.stop());

const isOurs = ({ schema }: { schema: { $ref?: string } }) => schema.$ref === "#/components/schemas/AnyId";
const withIds = operations.filter(({ parameters }) => parameters.some(isOurs));

it.each(withIds.map((operation) => [operation.id, operation] as const))(
  "%s returns 404 for an id that is longer than the specification allows",
  async (_, { method, path, parameters, credentials, body }) => {
    const key = credentials.includes("operatorKey") ? api.ours.operator.key : api.ours.key;
    for (const length of [255, 256, 5_000]) {
      const id = "x".repeat(length);
      const query = parameters.some((each) => each.in === "query" && each.name === "id") ? `?id=${id}` : "";
      const url = `${path.replace("{externalId}", "p").replace(/\{\w+\}/g, id)}${query}`;
      const template = { entity_types: {}, event_types: {}, state_keys: [], pii_fields: {} };
      const bodies: Record<string, object> = {
        updateTemplate: { name: "x", schema: template },
        updateSettings: { templateId: id },
      };
      const sent = body === "none" ? {} : { body: bodies[_] ?? {} };
      expect([length, (await api.call(method, url, { key, ...sent })).status]).toEqual([length, 404]);
    }
  },
);

it("every id of ours in a path has 255 characters at most in the specification", () => {
  expect(withIds.length).toBeGreaterThan(10);
});
