import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

describe("an entity", () => {
  it("is created once, replaced whole after that, and read back in clear", async () => {
    const { key } = api.ours.operator;
    const first = await api.call("POST", "/operator-data-api/entities", {
      key,
      body: { entityType: "player", externalId: "p1", data: { ...player, vip_level: "gold" } },
    });
    expect([first.status, first.body.data.action]).toEqual([201, "created"]);
    const second = await api.call("POST", "/operator-data-api/entities", {
      key,
      body: { entityType: "player", externalId: "p1", data: player },
    });
    expect([second.status, second.body.data.action]).toEqual([200, "updated"]);
    const read = await api.call("GET", "/operator-data-api/entities/p1", { key });
    expect(read.body.data).toMatchObject({ id: first.body.data.id, external_id: "p1", data: player });
    expect(read.body.data.data).not.toHaveProperty("vip_level");
  });
});
