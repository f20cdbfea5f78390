import { readFile, writeFile } from "node:fs/promises";
import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

const other = await client.apiKeys.create({ label: "Another program" });

// region rotate
const { oldKeyId, newKeyId } = await client.apiKeys.rotate({
  label: "Backend, from July",
  // Store it where your programs find it. If this throws, both keys stay active.
  handOver: (apiKey) => writeFile("onehazel.key", apiKey, { mode: 0o600 }),
});
console.log(`${newKeyId} replaces ${oldKeyId}`);
// endregion

const keys = await client.apiKeys.list();
const isRevoked = (wanted: string) => keys.find(({ id }) => id === wanted)?.revoked;
if (isRevoked(oldKeyId) !== true) throw new Error("the old key still works");
if (isRevoked(other.id) !== false || isRevoked(newKeyId) !== false)
  throw new Error("the wrong key was revoked");
const stored = new OneHazel({
  apiKey: await readFile("onehazel.key", "utf8"),
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});
if ((await stored.apiKeys.current()).id !== newKeyId) throw new Error("another key was stored");
