import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const { key } = await client.apiKeys.create({
  operatorId: "op_a1b2c3d4e5f67890",
  label: "Production backend",
}); // shown once
