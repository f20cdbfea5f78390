import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const { id, action } = await client.entities.upsert({
  entityType: "player",
  externalId: "player_12345",
  data: { email: "james@example.com", country: "GB", currency: "GBP", vip_level: "bronze" },
});
