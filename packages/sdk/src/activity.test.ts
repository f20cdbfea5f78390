import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operatorClient, platformClient, rejectionOf } from "./testing/clients.js";
import { type FaultServer, json, ok, reset, type Seen, startFaultServer } from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const seen = (index = 0) => server.seen[index] as Seen;
const bodyOf = (request: Seen) => JSON.parse(request.body) as unknown;
const id = "eev_79b1c0f1e2d3c4b5";

describe("recording an event", () => {
  const occurredAt = new Date("2026-04-06T10:30:00.000Z");
  const event = { eventType: "session", data: { n: 1 }, occurredAt };

  it("sends the moment as ISO 8601 and gives the id and the key it was recorded under", async () => {
    server.script(json(201, { success: true, data: { id } }));
    const options = { idempotencyKey: "k" };
    const recorded = await operatorClient(server.url).events.record("a/b", event, options);
    expect(recorded).toEqual({ id, isDuplicate: false, idempotencyKey: "k", isReplay: false });
    expect(seen().url).toBe("/operator-data-api/entities/a%2Fb/events");
    expect(bodyOf(seen())).toEqual({ ...event, occurredAt: "2026-04-06T10:30:00.000Z" });
  });

  it("whose first answer was lost is a duplicate, under the same key", async () => {
    server.script(reset, ok({ id, action: "duplicate" }, { "idempotency-replayed": "true" }));
    const sent = operatorClient(server.url).events.record("p", event).withResponse();
    const { data, attempts } = await sent;
    expect(data).toMatchObject({ id, isDuplicate: true, isReplay: true });
    expect(data).not.toHaveProperty("action");
    expect(attempts).toBe(2);
    expect(server.seen.map(({ headers }) => headers["idempotency-key"])).toEqual(
      Array.from({ length: 2 }, () => data.idempotencyKey),
    );
  });
});

describe("setting a state", () => {
  it.each([[null], [0], [false], [""], [[1]], [{ value: 1 }], [{ value: 1, of: 2 }]])(
    "always sends the wrapper around %j",
    async (value) => {
      server.script(ok({ stateKey: "balance", value }));
      const set = await operatorClient(server.url).states.set("a/b", "balance", value);
      expect(set).toMatchObject({ stateKey: "balance", value });
      expect(bodyOf(seen())).toEqual({ value });
    },
  );

  it("refuses what JSON has no word for, before anything is sent", async () => {
    server.script(ok({}));
    for (const value of [undefined, () => 1, Number.NaN, 1n]) {
      const error = await rejectionOf(operatorClient(server.url).states.set("p", "balance", value));
      expect(error).toMatchObject({ name: "ArgumentError" });
    }
    expect(server.seen).toHaveLength(0);
  });
});

describe("a batch", () => {
  it("of which nothing was stored resolves, and says so", async () => {
    const errors = [{ index: 0, externalId: "p", code: "ENTITY_NOT_FOUND", message: "No such entity" }];
    const result = { jobId: "job_0f1e2d3c4b5a6978", succeeded: 0, failed: 1, errors };
    server.script(reset, ok(result));
    const items = [{ externalId: "p", eventType: "session", data: {}, occurredAt: new Date(0) }];
    expect(await operatorClient(server.url).batch.events(items)).toMatchObject(result);
    expect(bodyOf(seen(1))).toEqual([{ ...items[0], occurredAt: "1970-01-01T00:00:00.000Z" }]);
    expect(seen(1).headers["idempotency-key"]).toBe(seen(0).headers["idempotency-key"]);
  });
});

describe("lists", () => {
  const page = json(200, { success: true, data: [], nextCursor: null });
  const queryOf = ({ url }: Seen) => Object.fromEntries(new URL(url, server.url).searchParams);
  const from = new Date("2026-04-01T00:00:00.000Z");
  const to = "2026-05-01T00:00:00.000Z";

  it("of events take a type, a time range and the archive, as dates or text", async () => {
    server.script(page);
    const query = { eventType: "session", from, to, archived: true };
    await operatorClient(server.url).events.list("a/b", query).toArray({ limit: 1 });
    expect(seen().url).toMatch(/^\/operator-data-api\/entities\/a%2Fb\/events\?/);
    const sent = { eventType: "session", from: from.toISOString(), to, archived: "true", limit: "1" };
    expect(queryOf(seen())).toEqual(sent);
  });

  it("of an audit log take their filters, an operator's and a platform's", async () => {
    for (const client of [operatorClient(server.url), platformClient(server.url)]) {
      server.script(page);
      await client.auditLog
        .list({ action: "settings.update", targetId: "op_1", from, limit: 5 })
        .toArray({ limit: 9 });
      const sent = { action: "settings.update", targetId: "op_1", from: from.toISOString(), limit: "5" };
      expect(queryOf(seen())).toEqual(sent);
    }
  });
});

describe("deleting a template", () => {
  it("whose first answer was lost, and which is then not there, is done", async () => {
    const gone = json(404, { success: false, error: { code: "TEMPLATE_NOT_FOUND", message: "None" } });
    server.script(reset, gone);
    expect(await operatorClient(server.url).templates.delete("tpl_1")).toEqual({ alreadyGone: true });
    server.script(gone);
    const error = await rejectionOf(operatorClient(server.url).templates.delete("tpl_1"));
    expect(error).toMatchObject({ code: "TEMPLATE_NOT_FOUND" });
  });
});
