import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

await client.apiKeys.rename("a1b2c3d4-e5f6-4890-abcd-ef1234567890", "Production v2");
