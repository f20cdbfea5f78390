// What players do, and what is true of them now: events from a file, a balance, a batch and its job.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { idempotencyKeyFrom, type OneHazel } from "@onehazel/sdk";
import { parse } from "csv-parse";

export async function runActivity(client: OneHazel): Promise<void> {
  // A key that follows from the row: run over the same file twice, and nothing is recorded twice.
  const rows: AsyncIterable<Record<string, string>> = createReadStream(
    new URL("../events.csv", import.meta.url),
  ).pipe(parse({ columns: true }));
  const iterator = rows[Symbol.asyncIterator]();
  async function recordNext(): Promise<number> {
    let recorded = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const { ref = "", external_id = "", event_type: eventType = "", occurred_at, data = "" } = next.value;
      const event = { eventType, data: JSON.parse(data), occurredAt: occurred_at };
      const idempotencyKey = await idempotencyKeyFrom("events.csv", ref);
      const { isDuplicate } = await client.events.record(external_id, event, { idempotencyKey });
      if (!isDuplicate) recorded += 1;
    }
    return recorded;
  }
  const counts = await Promise.all(Array.from({ length: 10 }, recordNext));
  const recorded = counts.reduce((sum, count) => sum + count, 0);
  // One row stands in the file twice, as exports of payment systems have it.
  assert.equal(recorded, 200);
  console.log(`recorded ${recorded} events, one more was a duplicate`);

  const [latest] = await client.events.list("player_00001").toArray({ limit: 1 });
  assert.equal(latest?.event_type, "transaction");
  console.log(`the latest of player_00001 is a ${latest.event_type}`);

  await client.states.set("player_00001", "balance", 150.5);
  const { value } = await client.states.get("player_00001", "balance");
  assert.equal(value, 150.5);
  console.log(`the balance of player_00001 is ${value}`);

  // One of them lacks its name: it is reported, the others are stored.
  const games = Array.from({ length: 500 }, (_, index) => ({
    entityType: "game",
    externalId: `game_${index}`,
    data: index === 42 ? {} : { name: `Lucky ${index}` },
  }));
  const { jobId, succeeded, errors } = await client.batch.entities(games);
  assert.deepEqual([succeeded, errors.map(({ externalId }) => externalId)], [499, ["game_42"]]);
  console.log(`batch-loaded ${succeeded} games; ${errors[0]?.externalId}: ${errors[0]?.message}`);

  const job = await client.batch.jobs.get(jobId);
  assert.equal(job.status, "partial");
  console.log(`${job.jobId} is ${job.status}: ${job.succeeded} of ${job.total}`);
}
