import { idempotencyKeyFrom, OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

// region derived
const row = { id: "4711", version: 3, email: "ada@example.com" };
const idempotencyKey = await idempotencyKeyFrom("crm", row.id, row.version);
const player = {
  entityType: "player",
  externalId: row.id,
  data: { email: row.email, country: "GB", currency: "GBP" },
};
const first = await client.entities.upsert(player, { idempotencyKey });
// The program is restarted, and comes to the same row again:
const second = await client.entities.upsert(player, { idempotencyKey });
console.log(first.action, second.action); // created created: the first reply, once more
// endregion
if (second.action !== "created") throw new Error("executed twice");
