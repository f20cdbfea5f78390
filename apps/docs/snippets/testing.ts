// region mock
import assert from "node:assert/strict";
import { isAPIError, isConnectionError, OneHazel } from "@onehazel/sdk";
import { mockApiKey, mockFetch } from "@onehazel/sdk/testing";

const fetch = mockFetch();
const client = new OneHazel({ apiKey: mockApiKey, baseUrl: "http://mock.test", fetch });
// endregion

// region program
async function register(externalId: string, email: string): Promise<void> {
  const data = { email, country: "GB", currency: "GBP" };
  await client.entities.upsert({ entityType: "player", externalId, data });
}

async function levelOf(externalId: string): Promise<number> {
  try {
    return Number((await client.states.get(externalId, "level")).value);
  } catch (error) {
    if (isAPIError(error, "STATE_NOT_FOUND")) return 0;
    throw error;
  }
}
// endregion

// region calls
await register("crm/4711", "ada@example.com");
const [sent] = fetch.calls;
assert.equal(sent?.operationId, "upsertEntity");
assert.deepEqual(sent.body, {
  entityType: "player",
  externalId: "crm/4711",
  data: { email: "ada@example.com", country: "GB", currency: "GBP" },
});
// endregion

// region retry
fetch.reset();
fetch.fail("upsertEntity", "SERVICE_UNAVAILABLE");
await register("crm/4711", "ada@example.com"); // the SDK tries again
const keys = fetch.calls.map(({ headers }) => headers.get("idempotency-key"));
assert.equal(keys.length, 2);
assert.equal(keys[0], keys[1]); // so the server executes it once
// endregion

// region refusal
fetch.fail("getState", "STATE_NOT_FOUND");
assert.equal(await levelOf("crm/4711"), 0);
// endregion

// region answer
fetch.answer("getState", {
  success: true,
  data: { state_key: "level", value: 7, updated_at: "2026-04-06T10:30:00.000Z" },
});
assert.equal(await levelOf("crm/4711"), 7);
// endregion

// region disconnect
fetch.disconnect("getEntity", 3);
await assert.rejects(client.entities.get("crm/4711"), isConnectionError);
// endregion
