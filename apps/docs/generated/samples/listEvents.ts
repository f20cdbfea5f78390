import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

for await (const event of client.events.list("player_12345", {
  eventType: "transaction",
  from: "2026-04-01T00:00:00.000Z",
  to: "2026-05-01T00:00:00.000Z",
  archived: true,
  limit: 50,
})) {
  console.log(event.event_type, event.occurred_at);
}
