import { OneHazelPlatform } from "@onehazel/sdk";

const platform = new OneHazelPlatform({
  apiKey: process.env.ONEHAZEL_PLATFORM_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

for await (const operator of platform.operators.list({
  status: "active",
  plan: "professional",
  q: "lucky",
  limit: 50,
})) {
  console.log(operator.id, operator.status);
}
