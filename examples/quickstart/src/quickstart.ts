// A partner creates an operator; the operator loads its players, reads, updates and erases one. Needs a running server.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { isAPIError, OneHazel, OneHazelPlatform } from "@onehazel/sdk";
import { parse } from "csv-parse";
import { runActivity } from "./activity.js";
import { demoCredentials } from "./credentials.js";

const { baseUrl, platformKey } = await demoCredentials();

// The partner's side: an operator and its key.
const platform = new OneHazelPlatform({ apiKey: platformKey, baseUrl });
const operator = await platform.operators.create({ name: "Lucky Spin Casino", industry: "igaming" });
const { key } = await platform.operators.apiKeys.create(operator.id, { label: "Quickstart" });
console.log(`created ${operator.id}`);

// The operator's side: a template says what a player is, and which of its fields are personal.
const client = new OneHazel({ apiKey: key, baseUrl });
await client.settings.update({ templateId: "tpl_igaming" });

// Ten at a time, straight from the file; each retry carries the same Idempotency-Key.
const rows: AsyncIterable<Record<string, string>> = createReadStream(
  new URL("../players.csv", import.meta.url),
).pipe(parse({ columns: true }));
const iterator = rows[Symbol.asyncIterator]();
let loaded = 0;
async function load(): Promise<void> {
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { external_id: externalId = "", ...data } = next.value;
    await client.entities.upsert({ entityType: "player", externalId, data });
    loaded += 1;
  }
}
await Promise.all(Array.from({ length: 10 }, load));
assert.equal(loaded, 1000);
console.log(`loaded ${loaded} players`);

const player = await client.entities.get("player_00001");
console.log(`read one back in clear: ${player.data.first_name} ${player.data.last_name}`);

const [listed] = await client.entities.list({ entityType: "player", limit: 20 }).toArray({ limit: 1 });
assert.match(String(listed?.data.email), /^v1\./);
console.log(`a list keeps personal fields sealed: ${listed?.data.email}`);

const vip = { ...player.data, vip_level: "platinum" };
const again = { entityType: "player", externalId: "player_00001", data: vip };
const { action } = await client.entities.upsert(again);
console.log(`${action} player_00001`);

await runActivity(client);

const erased = await client.entities.delete("player_00001");
console.log(`erased player_00001, receipt ${erased.erasureId}`);
const gone = await client.entities.get("player_00001").catch((error: unknown) => error);
assert(isAPIError(gone, "ENTITY_NOT_FOUND"));
console.log(`now it answers ${gone.status} ${gone.code}`);
