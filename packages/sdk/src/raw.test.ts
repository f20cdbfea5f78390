import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operatorClient, operatorKey, player, rejectionOf, upserted } from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  failsInASentence,
  ok,
  reset,
  startFaultServer,
  status,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

describe("client.raw", () => {
  it("retries as everything does, with an Idempotency-Key of its own where the spec knows one", async () => {
    server.script(reset, status(503), ok(upserted));
    const { data, error } = await operatorClient(server.url).raw.POST("/operator-data-api/entities", {
      body: { ...player },
    });
    expect(error).toBeUndefined();
    expect(data?.data.action).toBe("created");
    const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("keeps the caller's Idempotency-Key", async () => {
    server.script(ok(upserted));
    const params = { header: { "Idempotency-Key": "mine" } };
    await operatorClient(server.url).raw.POST("/operator-data-api/entities", { params, body: { ...player } });
    expect(server.seen[0]?.headers["idempotency-key"]).toBe("mine");
  });

  it("gives back what the spec declares as an error", async () => {
    const { raw } = operatorClient(server.url);
    server.script(fails(404, "ENTITY_NOT_FOUND"));
    const params = { path: { externalId: "player_1" } };
    const found = await raw.GET("/operator-data-api/entities/{externalId}", { params });
    expect([found.error?.error.code, found.response.status]).toEqual(["ENTITY_NOT_FOUND", 404]);
    server.script(failsInASentence(400, "LAST_ACTIVE_KEY", "Create another key first"));
    const { error } = await raw.DELETE("/api-keys", { params: { query: { id: "k" } } });
    expect(error).toMatchObject({ error: "Create another key first", code: "LAST_ACTIVE_KEY" });
  });

  it("takes signal, retries and timeouts beside params", async () => {
    server.script(status(503));
    await rejectionOf(operatorClient(server.url).raw.GET("/operator-data-api/settings", { retries: 0 }));
    expect(server.seen).toHaveLength(1);
    const aborted = operatorClient(server.url).raw.GET("/operator-data-api/settings", {
      signal: AbortSignal.abort(),
    });
    expect(await rejectionOf(aborted)).toMatchObject({ name: "AbortError" });
  });

  it("never sends the key to another host, and only what the spec has", async () => {
    server.script(ok({}));
    const { raw } = operatorClient(server.url);
    await raw.GET("/operator-data-api/settings", { baseUrl: "http://127.0.0.1:1" });
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${operatorKey}`);
    expect(await rejectionOf(raw.GET("/elsewhere" as never, {} as never))).toMatchObject({
      name: "ArgumentError",
    });
  });
});
