// region sample
import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL!,
});

// Stored encrypted, once, however often it is sent.
await client.entities.upsert({
  entityType: "player",
  externalId: "player_1",
  data: {
    email: "ada@example.com",
    country: "GB",
    currency: "GBP",
  },
});

// In clear for you, and the read is on record.
const { data } = await client.entities.get("player_1");

// Gone, with events, states and remembered replies.
const { erasureId } = await client.entities.delete("player_1");
// endregion
if (data.email !== "ada@example.com" || erasureId === undefined) throw new Error("another answer");
