import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const { version } = await client.templates.update("tpl_a1b2c3d4e5f67890", {
  name: "Casino",
  schema: {
    entity_types: { player: { required: ["email"], optional: ["nickname"] } },
    event_types: { session: { required: [], optional: ["ip_address"] } },
    state_keys: ["balance"],
    pii_fields: { player: ["email"], session: ["ip_address"] },
  },
});
