import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hooks } from "./index.js";
import { operatorClient, operatorKey, player, rejectionOf, upserted } from "./testing/clients.js";
import { type FaultServer, fails, ok, reset, startFaultServer } from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

describe("hooks", () => {
  it("see every attempt, and may add headers to each", async () => {
    const told: unknown[] = [];
    const hooks: Hooks = {
      onRequest: ({ attempt, headers }) => {
        expect(headers.has("authorization")).toBe(false);
        headers.set("traceparent", `trace-${attempt}`);
        told.push(["request", attempt]);
      },
      onResponse: ({ attempt, status, requestId }) =>
        void told.push(["response", attempt, status, requestId]),
      onRetry: ({ attempt, delayMs, error }) => void told.push(["retry", attempt, delayMs, error.name]),
    };
    server.script(reset, fails(503, "SERVICE_UNAVAILABLE"), ok(upserted));
    await operatorClient(server.url, { hooks }).entities.upsert(player);
    expect(server.seen.map(({ headers }) => headers.traceparent)).toEqual(["trace-1", "trace-2", "trace-3"]);
    expect(told).toEqual([
      ["request", 1],
      ["retry", 1, 250, "ConnectionError"],
      ["request", 2],
      ["response", 2, 503, "req-1"],
      ["retry", 2, 500, "ServiceUnavailableError"],
      ["request", 3],
      ["response", 3, 200, undefined],
    ]);
  });

  it("that throw end the call with what they threw, and it is not taken for a fault of the network", async () => {
    const thrown = new Error("not now");
    server.script(ok(upserted));
    for (const name of ["onRequest", "onResponse"] as const) {
      const hooks: Hooks = { [name]: () => Promise.reject(thrown) };
      expect(await rejectionOf(operatorClient(server.url, { hooks }).entities.upsert(player))).toBe(thrown);
    }
    expect(server.seen).toHaveLength(1);
  });
});

describe("the log", () => {
  it("tells attempts, statuses and retries; never keys, external ids, Idempotency-Keys or data", async () => {
    const lines: string[] = [];
    const write = (level: string) => (message: string, fields: object) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    const logger = { debug: write("debug"), warn: write("warn") };
    server.script(fails(503, "SERVICE_UNAVAILABLE", {}, { marker: "ada@example.com" }), ok(upserted));
    const client = operatorClient(server.url, { logger });
    await client.entities.upsert(
      { ...player, externalId: "ada@example.com" },
      { idempotencyKey: "ada@example.com" },
    );
    server.script(fails(404, "ENTITY_NOT_FOUND"));
    await rejectionOf(client.entities.get("ada@example.com"));
    const log = lines.join("\n");
    expect(log).toContain('"path":"/operator-data-api/entities/{externalId}"');
    expect(log).toMatch(/warn onehazel: retry .*"reason":"ServiceUnavailableError","status":503/);
    expect(log).not.toMatch(/ada(@|%40)example\.com/);
    expect(log).not.toContain(operatorKey.slice(8));
  });
});
