import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

// region left
const { rateLimit } = await client.settings.get().withResponse();
console.log(rateLimit?.category, rateLimit?.remaining, rateLimit?.limit); // management 598 600
// endregion
if (rateLimit?.category !== "management") throw new Error("no rate limit was told");
