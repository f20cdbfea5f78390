// region connect
import { isAPIError, OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});
// endregion

// region template
await client.settings.update({ templateId: "tpl_igaming" });
// endregion

// region write
const { id, action } = await client.entities.upsert({
  entityType: "player",
  externalId: "player_1",
  data: { email: "ada@example.com", country: "GB", currency: "GBP" },
});
console.log(action, id); // created ent_…
// endregion

// region read
const { data } = await client.entities.get("player_1");
console.log(data.email); // ada@example.com
// endregion
if (data.email !== "ada@example.com") throw new Error("not read back in clear");

// region list
for await (const entity of client.entities.list({ entityType: "player" })) {
  console.log(entity.external_id, entity.data.email); // player_1 v1.…, sealed
}
// endregion

// region event
await client.events.record("player_1", {
  eventType: "transaction",
  data: { type: "deposit", amount: 50, currency: "GBP" },
});
await client.states.set("player_1", "balance", 150.5);
// endregion

// region erase
const { erasureId } = await client.entities.delete("player_1");
console.log(erasureId); // the receipt
// endregion

// region errors
try {
  await client.entities.get("player_1");
} catch (error) {
  if (!isAPIError(error, "ENTITY_NOT_FOUND")) throw error;
  console.log(error.status, error.requestId); // 404, and what to look for in the server's log
}
// endregion
