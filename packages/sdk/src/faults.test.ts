import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DecodeError, isAPIError, OneHazel, RateLimitError, ServerError } from "./index.js";
import {
  operatorClient,
  operatorKey,
  platformClient,
  player,
  rejectionOf,
  testClock,
  upserted,
} from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  json,
  ok,
  raw,
  reset,
  resetInTheBody,
  type Step,
  startFaultServer,
  status,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const keysSeen = () => server.seen.map(({ headers }) => headers["idempotency-key"]);

describe("a POST under an Idempotency-Key, whose first try fails", () => {
  const passing: [string, Step][] = [
    ...[408, 425, 429, 500, 502, 503, 504].map((code): [string, Step] => [`${code}`, status(code)]),
    ["a socket reset", reset],
    ["a reset in the middle of the body", resetInTheBody],
    ["409 IDEMPOTENCY_IN_PROGRESS", fails(409, "IDEMPOTENCY_IN_PROGRESS")],
  ];
  it.each(passing)("%s: it is retried with the same key on every attempt", async (_, fault) => {
    server.script(fault, fault, ok(upserted));
    const { data, attempts } = await operatorClient(server.url).entities.upsert(player).withResponse();
    expect(attempts).toBe(3);
    expect(new Set(keysSeen())).toEqual(new Set([data.idempotencyKey]));
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  const final: [number, string][] = [
    [400, "VALIDATION_FAILED"],
    [401, "AUTH_INVALID"],
    [403, "FORBIDDEN"],
    [404, "NOT_FOUND"],
    [409, "TEMPLATE_IN_USE"],
    [410, "ENTITY_ERASED"],
    [413, "PAYLOAD_TOO_LARGE"],
    [415, "UNSUPPORTED_MEDIA_TYPE"],
    [422, "IDEMPOTENCY_KEY_REUSED"],
    [501, "INTERNAL_ERROR"],
    [505, "INTERNAL_ERROR"],
  ];
  it.each(final)("%i %s: it is not retried", async (code, name) => {
    server.script(fails(code, name));
    const error = await rejectionOf(operatorClient(server.url).entities.upsert(player));
    expect(error).toMatchObject({ status: code, code: name, attempts: 1, isRetryable: false });
    expect(server.seen).toHaveLength(1);
  });

  it("a 409 of an unknown kind is not retried", async () => {
    server.script(status(409));
    await rejectionOf(operatorClient(server.url).entities.upsert(player));
    expect(server.seen).toHaveLength(1);
  });

  it("two retries at most, and as many as you say", async () => {
    server.script(status(503));
    expect(await rejectionOf(operatorClient(server.url).entities.upsert(player))).toMatchObject({
      attempts: 3,
    });
    expect(server.seen).toHaveLength(3);
    server.script(status(503));
    await rejectionOf(operatorClient(server.url).entities.upsert(player, { retries: 0 }));
    expect(server.seen).toHaveLength(1);
  });

  it("the key comes back on the error, out of sight of logs", async () => {
    server.script(status(500));
    const error = await rejectionOf(
      operatorClient(server.url).entities.upsert(player, { idempotencyKey: "my-key" }),
    );
    expect(error).toBeInstanceOf(ServerError);
    expect((error as ServerError).idempotencyKey).toBe("my-key");
    expect(Object.keys(error as object)).not.toContain("idempotencyKey");
  });
});

describe("429", () => {
  it("Retry-After: 1: waits at least 1 s and at most 10 % more, then retries", async () => {
    for (const random of [0, 0.5, 0.999]) {
      const clock = testClock(random);
      server.script(fails(429, "RATE_LIMITED", { "retry-after": "1" }), ok(upserted));
      await operatorClient(server.url, { clock }).entities.upsert(player);
      expect(clock.waitsMs).toHaveLength(1);
      expect(clock.waitsMs[0]).toBeGreaterThanOrEqual(1000);
      expect(clock.waitsMs[0]).toBeLessThanOrEqual(1100);
    }
  });

  it("Retry-After: 1 on the real clock: the second request comes no sooner than 1 s after the first", async () => {
    server.script(fails(429, "RATE_LIMITED", { "retry-after": "1" }), ok(upserted));
    await new OneHazel({ apiKey: operatorKey, baseUrl: server.url }).entities.upsert(player);
    expect((server.seen[1]?.atMs ?? 0) - (server.seen[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(995);
  });

  it("an HTTP-date: not before it, measured against the reply's Date, whatever the local clock says", async () => {
    const clock = testClock(0);
    const headers = { date: "Sun, 06 Nov 1994 08:49:37 GMT", "retry-after": "Sun, 06 Nov 1994 08:49:41 GMT" };
    server.script(fails(429, "RATE_LIMITED", headers), ok(upserted));
    await operatorClient(server.url, { clock }).entities.upsert(player);
    expect(clock.waitsMs).toEqual([4000]);
  });

  it("Retry-After: 3600: fails at once, because the wait is over the budget", async () => {
    const clock = testClock();
    const resetAt = "2026-04-06T12:01:00.000Z";
    server.script(fails(429, "RATE_LIMITED", { "retry-after": "3600" }, { resetAt }));
    const error = await rejectionOf(operatorClient(server.url, { clock }).entities.upsert(player));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      retryAfterMs: 3_600_000,
      resetAt: new Date(resetAt),
      attempts: 1,
      isRetryable: true,
    });
    expect(clock.waitsMs).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });

  it("is retried for every operation, key creation too: nothing was executed", async () => {
    const created = { id: "k", key: "x", label: null, createdAt: "", expiresAt: null, access: "write" };
    server.script(fails(429, "RATE_LIMITED", { "retry-after": "1" }), ok(created));
    await platformClient(server.url).operators.apiKeys.create("op_1");
    expect(server.seen).toHaveLength(2);
  });
});

describe("operations that carry no key", () => {
  it.each([
    ["503", status(503)],
    ["500", status(500)],
    ["a socket reset", reset],
  ])("creating a key is not retried after %s", async (_, fault) => {
    server.script(fault);
    const error = await rejectionOf(platformClient(server.url).operators.apiKeys.create("op_1"));
    expect(error).toMatchObject({ attempts: 1, isRetryable: false });
    expect(server.seen).toHaveLength(1);
    expect(keysSeen()).toEqual([undefined]);
  });

  it.each([
    ["DELETE", (url: string) => operatorClient(url).entities.delete("player_1")],
    ["PATCH", (url: string) => operatorClient(url).apiKeys.rename("id", "label")],
  ])("%s is retried after 503 and lost connections, not after 500, 502 and 504", async (_, call) => {
    const done = json(200, {
      success: true,
      message: "Done",
      data: { erasureId: "ers_1", status: "completed" },
    });
    for (const fault of [status(503), reset]) {
      server.script(fault, done);
      await call(server.url);
      expect(server.seen).toHaveLength(2);
    }
    for (const code of [500, 502, 504, 408, 425]) {
      server.script(status(code));
      await rejectionOf(call(server.url));
      expect(server.seen).toHaveLength(1);
    }
  });

  it("a 404 after a lost first answer of DELETE counts as done", async () => {
    server.script(reset, fails(404, "ENTITY_NOT_FOUND"));
    const gone = await operatorClient(server.url).entities.delete("player_1");
    expect(gone).toEqual({ alreadyGone: true, erasureId: undefined, status: undefined });
    server.script(resetInTheBody, fails(404, "KEY_NOT_FOUND"));
    expect(await operatorClient(server.url).apiKeys.delete("id")).toEqual({ alreadyGone: true });
    server.script(resetInTheBody, fails(404, "KEY_NOT_FOUND"));
    const { apiKeys } = platformClient(server.url).operators;
    expect(await apiKeys.delete("op_1", "id")).toEqual({ alreadyGone: true });
    expect(server.seen.at(-1)?.url).toContain("/operators/op_1/api-keys/id?hard=true");
  });

  it.each([
    ["at the first attempt", [fails(404, "ENTITY_NOT_FOUND")]],
    ["after a 503, which did nothing", [status(503), fails(404, "ENTITY_NOT_FOUND")]],
    ["of something else than the entity", [reset, raw(404, "<html>no such host</html>")]],
  ] as [string, [Step, ...Step[]]][])("a 404 %s is an error", async (_, steps) => {
    server.script(...steps);
    const error = await rejectionOf(operatorClient(server.url).entities.delete("player_1"));
    expect(isAPIError(error) && error.status).toBe(404);
  });

  it("a revoked key that is not found stays an error: the id may be the wrong one", async () => {
    server.script(reset, fails(404, "KEY_NOT_FOUND"));
    expect(await rejectionOf(operatorClient(server.url).apiKeys.revoke("id"))).toMatchObject({
      code: "KEY_NOT_FOUND",
    });
  });
});

describe("replies that are none", () => {
  it("200 with HTML: DecodeError with status, request id and the beginning, not retried", async () => {
    const html = `<html><body>Sign in, oh_live_${"ab".repeat(32)}</body></html>${" ".repeat(1000)}`;
    server.script(raw(200, html, { "content-type": "text/html", "x-request-id": "req-9" }));
    const error = await rejectionOf(operatorClient(server.url).entities.get("player_1"));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ status: 200, requestId: "req-9", attempts: 1 });
    expect((error as DecodeError).snippet).toContain("<html><body>Sign in, oh_live_[redacted]");
    expect((error as DecodeError).snippet.length).toBeLessThanOrEqual(210);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["JSON of something else", '{"hello":"world"}'],
    ["JSON null", "null"],
    ["an empty body", ""],
    ["JSON cut short, with personal data", '{"success":true,"data":{"email":"ada@example.com"'],
    ["damaged JSON, with personal data", '{"success":true,"data":{"email": ada@example.com}}'],
  ])("200 with %s: DecodeError that shows no data", async (_, body) => {
    server.script(raw(200, body));
    const error = await rejectionOf(operatorClient(server.url).entities.get("player_1"));
    expect(error).toBeInstanceOf(DecodeError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("ada@");
  });

  it.each([
    ["500 with an empty body", status(500), 500],
    ["502 with HTML", raw(502, "<html>"), 502],
    ["404 with an empty body", status(404), 404],
    ["a redirect", status(301, { location: "http://127.0.0.1:1/" }), 301],
    ["500 with JSON null", raw(500, "null"), 500],
  ] as [string, Step, number][])("%s: an error, always", async (_, fault, code) => {
    server.script(fault);
    const error = await rejectionOf(operatorClient(server.url, { retries: 0 }).entities.get("player_1"));
    expect(error).toMatchObject({ status: code, code: undefined });
    expect((error as Error).message).toMatch(/^HTTP \d+/);
    expect(await rejectionOf(rawGet(0))).toMatchObject({ status: code });
  });

  const rawGet = (retries: number) =>
    operatorClient(server.url, { retries }).raw.GET("/operator-data-api/entities/{externalId}", {
      params: { path: { externalId: "player_1" } },
    });
});
