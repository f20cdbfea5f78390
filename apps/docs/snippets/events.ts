import { idempotencyKeyFrom, OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});
await client.entities.upsert({
  entityType: "player",
  externalId: "player_1",
  data: { email: "ada@example.com", country: "GB", currency: "GBP" },
});

// region record
const idempotencyKey = await idempotencyKeyFrom("payments", "txn-1001");
const deposit = {
  eventType: "transaction",
  data: { type: "deposit", amount: 50, currency: "GBP" },
  occurredAt: new Date().toISOString(),
};
const { id, isDuplicate } = await client.events.record("player_1", deposit, { idempotencyKey });
console.log(id, isDuplicate); // eev_… false
// endregion
if (isDuplicate) throw new Error("the first one is no duplicate");

// region again
const again = await client.events.record("player_1", deposit, { idempotencyKey });
console.log(again.id === id, again.isDuplicate); // true true: recorded once
// endregion
if (again.id !== id || !again.isDuplicate) throw new Error("recorded twice");

// region list
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
for await (const event of client.events.list("player_1", { eventType: "transaction", from: yesterday })) {
  console.log(event.occurred_at, event.data.amount);
}
// endregion

// region states
await client.states.set("player_1", "balance", 150.5);
await client.states.set("player_1", "kyc_status", { level: 2, checkedBy: "ops" }); // any JSON value
const { value, updated_at } = await client.states.get("player_1", "balance");
console.log(value, updated_at);
// endregion
if (value !== 150.5) throw new Error("another balance");
