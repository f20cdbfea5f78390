import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const { jobId, succeeded, failed, errors } = await client.batch.events([
  { externalId: "player_12345", eventType: "session", data: {} },
]);
