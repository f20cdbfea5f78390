import { OneHazelPlatform } from "@onehazel/sdk";

const platform = new OneHazelPlatform({
  apiKey: process.env.ONEHAZEL_PLATFORM_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

await platform.operators.apiKeys.revoke("op_a1b2c3d4e5f67890", "a1b2c3d4-e5f6-4890-abcd-ef1234567890");
