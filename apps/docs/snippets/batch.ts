import { OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});

// region batch
const { jobId, succeeded, failed, errors } = await client.batch.entities([
  { entityType: "game", externalId: "game_1", data: { name: "Starburst" } },
  { entityType: "game", externalId: "game_2", data: {} },
]);
console.log(succeeded, failed); // 1 1: good items are stored, bad ones are reported
for (const { index, externalId, code, message } of errors) console.error(index, externalId, code, message);
// endregion
if (succeeded !== 1 || errors[0]?.externalId !== "game_2") throw new Error("another result");

// region job
const job = await client.batch.jobs.get(jobId);
console.log(job.status, job.total); // partial 2
// endregion
if (job.status !== "partial") throw new Error(`the job is ${job.status}`);

// region load
async function* players() {
  for (let number = 1; number <= 2500; number += 1) {
    const data = { email: `player${number}@example.com`, country: "GB", currency: "GBP" };
    yield { entityType: "player", externalId: `player_${number}`, data };
  }
}

const loaded = await client.entities.upsertMany(players(), {
  onProgress: ({ settled }) => console.log(`${settled} so far`),
  onFailure: async ({ item, code, message }) => console.error(item.externalId, code, message),
});
console.log(loaded.succeeded); // 2500
// endregion
if (loaded.succeeded !== 2500) throw new Error(`${loaded.succeeded} were loaded`);
