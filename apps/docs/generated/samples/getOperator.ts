import { OneHazelPlatform } from "@onehazel/sdk";

const platform = new OneHazelPlatform({
  apiKey: process.env.ONEHAZEL_PLATFORM_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const operator = await platform.operators.get("op_a1b2c3d4e5f67890");
