import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

// region upsert
await client.entities.upsert({
  entityType: "player",
  externalId: "crm/4711",
  data: { email: "ada@example.com", country: "GB", currency: "GBP", vip_level: "gold", club: "Analytical" },
});
// endregion

// region update
const { data } = await client.entities.get("crm/4711");
await client.entities.upsert({
  entityType: "player",
  externalId: "crm/4711",
  data: { ...data, vip_level: "platinum" }, // data is replaced whole, so send all of it
});
// endregion
if ((await client.entities.get("crm/4711")).data.club !== "Analytical") throw new Error("a field was lost");

// region sealed
const [listed] = await client.entities.list({ entityType: "player" }).toArray({ limit: 1 });
console.log(listed?.data.email); // v1.k1.…: lists keep personal fields sealed
// endregion
if (!String(listed?.data.email).startsWith("v1.")) throw new Error("a list showed a personal field");

// region returned
const [row] = await client.entities.list({ entityType: "player" }).toArray({ limit: 1 });
if (row !== undefined) {
  await client.entities.upsert({
    entityType: row.entity_type,
    externalId: row.external_id,
    data: { ...row.data, vip_level: "gold" }, // the email in it is a ciphertext; the person's email stays
  });
}
// endregion
if ((await client.entities.get("crm/4711")).data.email !== "ada@example.com")
  throw new Error("an email was lost");

// region follow
let since = new Date(0).toISOString();
async function follow(): Promise<void> {
  for await (const entity of client.entities.list({ updatedSince: since })) {
    if ("erased_at" in entity) {
      console.log(`forget ${entity.id}`);
      since = entity.erased_at;
    } else {
      console.log(`store ${entity.external_id}`);
      since = entity.updated_at;
    }
  }
}
await follow(); // and again every few seconds
// endregion
if (since.startsWith("1970")) throw new Error("nothing was followed");
