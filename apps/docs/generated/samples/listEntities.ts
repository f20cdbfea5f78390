import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

for await (const entity of client.entities.list({
  entityType: "player",
  updatedSince: "2026-04-06T10:30:00.000Z",
  limit: 50,
})) {
  console.log(entity.id);
}
