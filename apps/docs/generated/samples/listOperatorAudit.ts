import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

for await (const entry of client.auditLog.list({
  action: "settings.update",
  targetId: "ent_a1b2c3d4e5f67890",
  from: "2026-04-01T00:00:00.000Z",
  to: "2026-05-01T00:00:00.000Z",
  limit: 50,
})) {
  console.log(entry.at, entry.action);
}
