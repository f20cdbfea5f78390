import { afterAll, beforeAll, expect, it } from "vitest";
import { prefixes } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const type = (required: string[], optional: string[] = []) => ({ required, optional });
const igaming = {
  id: "tpl_igaming",
  name: "iGaming",
  version: "1.0",
  schema: {
    entity_types: {
      player: type(
        ["email", "country", "currency"],
        ["first_name", "last_name", "phone", "date_of_birth", "registration_date", "status", "vip_level"],
      ),
      operator: type(["name"]),
      game: type(["name"]),
    },
    event_types: {
      transaction: type(["type", "amount", "currency"]),
      game_activity: type(["game_id", "bet_amount"]),
      session: type([]),
      bonus: type([]),
      block: type([]),
      support: type([]),
      affiliate: type([]),
    },
    state_keys: ["balance", "kyc_status", "risk_score", "loyalty_tier"],
    pii_fields: { player: ["first_name", "last_name", "email", "phone", "date_of_birth"] },
  },
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
};

it.each(prefixes)(
  "GET %s/operator-data-api/templates shows what an operator can choose from",
  async (prefix) => {
    for (const { operator } of [api.ours, api.theirs]) {
      const answer = await api.call("GET", `${prefix}/operator-data-api/templates`, { key: operator.key });
      expect([answer.status, answer.body]).toEqual([200, { success: true, data: [igaming] }]);
    }
  },
);
