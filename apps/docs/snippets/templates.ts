import { OneHazel } from "@onehazel/sdk";

const options = {
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
};
const client = new OneHazel(options);

// region list
for (const { id, name, version } of await client.templates.list()) {
  console.log(id, name, version); // tpl_igaming iGaming 1.0
}
// endregion

// region create
const schema = {
  entity_types: {
    player: { required: ["email", "country"], optional: ["nickname", "vip_level"] },
    table: { required: ["name"], optional: [] },
  },
  event_types: {
    bet: { required: ["amount", "currency"], optional: ["table"] },
    login: { required: [], optional: ["ip_address"] },
  },
  state_keys: ["balance", "kyc_status"],
  pii_fields: { player: ["email", "nickname"], login: ["ip_address"] },
};
const template = await client.templates.create({ name: "Casino", schema });
await client.settings.update({ templateId: template.id });
// endregion

// region typed
const casino = {
  name: "Casino",
  schema: {
    entity_types: { player: { required: ["email", "country"], optional: ["nickname", "vip_level"] } },
    event_types: { bet: { required: ["amount", "currency"], optional: ["table"] } },
    state_keys: ["balance", "kyc_status"],
    pii_fields: { player: ["email", "nickname"] },
  },
} as const;

const typed = new OneHazel<typeof casino>(options);
await typed.entities.upsert({
  entityType: "player",
  externalId: "player_1",
  data: { email: "ada@example.com", country: "GB", vip_level: "gold" }, // without country it does not compile
});
// endregion

// region grow
const { version } = await client.templates.update(template.id, {
  name: "Casino",
  schema: { ...schema, state_keys: ["balance", "kyc_status", "risk_score"] },
});
console.log(version); // "2": it binds the next write
// endregion
if (version !== "2") throw new Error(`version ${version}`);
await client.states.set("player_1", "risk_score", 0.2);
