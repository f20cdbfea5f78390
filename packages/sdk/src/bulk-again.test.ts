import { describe, expect, it } from "vitest";
import {
  answer,
  type Batches,
  batches,
  bulkClient,
  games,
  load,
  refusal,
  stored,
} from "./testing/batches.js";

/** A server that remembers each reply by its Idempotency-Key; `errorsOf` says what an item is refused for when it is new. */
function remembering(errorsOf: (externalId: string) => string | undefined) {
  const replies = new Map<string | null, string>();
  const executed: string[] = [];
  const server: Batches = batches(async ({ items, key }) => {
    const known = replies.get(key);
    if (known !== undefined) return answer(200, JSON.parse(known), { "idempotency-replayed": "true" });
    const errors = items.flatMap(({ externalId }, index) => {
      const code = errorsOf(externalId);
      if (code === undefined) executed.push(externalId);
      return code === undefined ? [] : [{ index, externalId, code, message: code }];
    });
    const reply = stored(items, errors);
    replies.set(key, await reply.clone().text());
    return reply;
  });
  return { server, executed };
}

const events = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ externalId: `p${n % 50}`, eventType: "session", data: { n } }));

describe("a load that is run again under its key", () => {
  const options = { idempotencyKey: "deposits", concurrency: 2 };

  it("stores no event twice and says how many it had stored, though chunks hold the same and some were halved", async () => {
    const limit = 100_000;
    const { server, executed } = remembering(() => undefined);
    const small: Batches = {
      ...server,
      fetch: async (url, init = {}) =>
        (init.body as string).length > limit ? refusal(413, "PAYLOAD_TOO_LARGE") : server.fetch(url, init),
    };
    const source = () => [...events(20_000), ...Array(12_000).fill(events(1)[0])];
    const { events: client } = bulkClient(small);
    expect(await client.recordMany(source(), options)).toMatchObject({ succeeded: 32_000, replayed: 0 });
    expect(executed).toHaveLength(32_000);
    expect(await client.recordMany(source(), options)).toMatchObject({ succeeded: 32_000, replayed: 32_000 });
    expect(executed).toHaveLength(32_000);
  });

  it("retries failed events on each run, and stores them once", async () => {
    let missing = new Set(["p1", "p2"]);
    const { server, executed } = remembering((id) => (missing.has(id) ? "ENTITY_NOT_FOUND" : undefined));
    const { events: client } = bulkClient(server);
    const run = () => client.recordMany(events(20_000), options);
    expect(await run()).toMatchObject({
      succeeded: 19_200,
      failed: 800,
      replayed: 0,
      failures: { length: 800 },
    });
    expect(await run()).toMatchObject({ succeeded: 19_200, failed: 800, replayed: 19_200 });
    missing = new Set(["p2"]);
    expect(await run()).toMatchObject({ succeeded: 19_600, failed: 400, replayed: 19_200 });
    missing = new Set();
    expect(await run()).toMatchObject({ succeeded: 20_000, failed: 0, replayed: 19_600 });
    expect(await run()).toMatchObject({ succeeded: 20_000, replayed: 20_000 });
    expect(executed).toHaveLength(20_000);
  });

  it("takes the same way through faults that passed, so that what was stored after one is not stored again", async () => {
    let busy = 2;
    const { server, executed } = remembering((id) => {
      if (id === "p2") return "ENTITY_NOT_FOUND";
      return id === "p1" && busy-- > 0 ? "SERVICE_UNAVAILABLE" : undefined;
    });
    const { events: client } = bulkClient(server);
    const run = () => client.recordMany(events(50), { ...options, concurrency: 1 });
    expect(await run()).toMatchObject({ succeeded: 49, failed: 1 });
    expect(await run()).toMatchObject({ succeeded: 49, failed: 1 });
    expect(executed).toHaveLength(49);
  });

  it("does not retry entities: the stored ones may be newer", async () => {
    const { server } = remembering((id) => (id === "g1" ? "VALIDATION_FAILED" : undefined));
    const before = { idempotencyKey: "games" };
    expect(await load(server, games(3), before)).toMatchObject({ succeeded: 2, failed: 1 });
    const { length } = server.requests;
    expect(await load(server, games(3), before)).toMatchObject({ succeeded: 2, failed: 1, replayed: 2 });
    expect(server.requests).toHaveLength(2 * length);
  });
});
