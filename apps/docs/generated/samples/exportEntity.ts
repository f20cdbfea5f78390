import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

for await (const line of client.entities.export("player_12345")) {
  console.log(line);
}
