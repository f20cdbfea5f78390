import { writeFile } from "node:fs/promises";
import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

// region rotate
const { oldKeyId, newKeyId } = await client.apiKeys.rotate({
  label: "Backend, from July",
  // Store it where your programs find it. If this throws, both keys stay active.
  handOver: (apiKey) => writeFile("onehazel.key", apiKey, { mode: 0o600 }),
});
console.log(`${newKeyId} replaces ${oldKeyId}`);
// endregion

const keys = await client.apiKeys.list();
if (keys.find(({ id }) => id === oldKeyId)?.revoked !== true) throw new Error("the old key still works");
