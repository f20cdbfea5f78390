import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import type { CallOptions } from "./call.js";
import { made, startApi, type TestApi } from "./harness.js";
import { tracesOf } from "./traces.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";

interface Line {
  readonly msg: string;
  readonly level: number;
  readonly time: string;
  readonly requestId?: string;
  readonly [name: string]: unknown;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const linesOf = (requestId: string): Line[] =>
  api.logLines.map((line) => JSON.parse(line) as Line).filter((line) => line.requestId === requestId);

describe("the log of a request", () => {
  const operator = () => api.ours.operator.key;
  const platform = () => api.ours.key;
  const requests: readonly [string, string, () => string | undefined, unknown, object][] = [
    [
      "POST",
      entities,
      operator,
      { entityType: "player", externalId: "p1", data: player },
      { operation: "upsertEntity", status: 201 },
    ],
    [
      "GET",
      `${entities}/p1`,
      operator,
      undefined,
      { operation: "getEntity", route: `${entities}/{externalId}`, status: 200 },
    ],
    ["HEAD", `${entities}/p1`, operator, undefined, { operation: "getEntity", method: "HEAD", status: 200 }],
    ["GET", `/functions/v1${entities}/nobody`, operator, undefined, { operation: "getEntity", status: 404 }],
    [
      "GET",
      `${entities}?limit=0`,
      operator,
      undefined,
      { operation: "listEntities", route: entities, status: 400 },
    ],
    ["GET", entities, () => undefined, undefined, { operation: "listEntities", status: 401 }],
    ["GET", entities, platform, undefined, { operation: "listEntities", status: 403 }],
    ["PATCH", `${entities}/p1`, operator, {}, { status: 405 }],
    ["GET", "/nowhere/p1", operator, undefined, { status: 404 }],
    ["DELETE", `${entities}/p1`, operator, undefined, { operation: "eraseEntity", status: 200 }],
    [
      "POST",
      "/platform-api/operators",
      platform,
      { name: "Logged" },
      { operation: "createOperator", status: 201 },
    ],
  ];

  it.each(requests)(
    "%s %s is one line, with the route's template and never the path",
    async (method, path, key, body, expected) => {
      const options: CallOptions = { key: key(), ...(body === undefined ? {} : { body }) };
      const answer = await api.call(method, path, options);
      const requestId = answer.headers.get("x-request-id") ?? "";
      await expect.poll(() => linesOf(requestId).length).toBe(1);
      const [line] = linesOf(requestId);
      expect(line).toMatchObject({ msg: "request", level: 30, method, ...expected });
      expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(line?.durationMs).toBeGreaterThanOrEqual(0);
      const allowed = [
        "level",
        "time",
        "requestId",
        "method",
        "route",
        "operation",
        "status",
        "durationMs",
        "msg",
      ];
      expect(Object.keys(line ?? {}).filter((name) => !allowed.includes(name))).toEqual([]);
      const known = operations.find(({ id }) => id === line?.operation);
      expect(line?.route).toBe(known?.path);
    },
  );

  it("goes by the caller's request id where that is well formed", async () => {
    const headers = { "x-request-id": "caller.1-a_B" };
    await api.call("GET", entities, { key: operator(), headers });
    await expect.poll(() => linesOf("caller.1-a_B").length).toBe(1);
    const odd = await api.call("GET", entities, { key: operator(), headers: { "x-request-id": "not one" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f]{24}$/);
    expect(api.logLines.join("\n")).not.toContain("not one");
  });

  it("has a second line with the cause, where the fault is ours", async () => {
    await api.call("POST", entities, {
      key: operator(),
      body: { entityType: "player", externalId: "broken", data: player },
    });
    await api.sql(`update entities set data = data || '{"email": "broken"}' where external_id = 'broken'`);
    const answer = await api.call("GET", `${entities}/broken`, { key: operator() });
    expect(answer.status).toBe(500);
    await expect.poll(() => linesOf(answer.body.requestId).length).toBe(2);
    const [cause, line] = linesOf(answer.body.requestId);
    expect(cause).toMatchObject({
      msg: "request failed",
      level: 50,
      code: "INTERNAL_ERROR",
      error: { name: "OpenError" },
    });
    expect(line).toMatchObject({ msg: "request", status: 500, operation: "getEntity" });
  });

  it("says 0 where the caller left before the answer", async () => {
    const requestId = "left-early";
    const controller = new AbortController();
    const leaving = fetch(`${api.baseUrl}${entities}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${operator()}`,
        "content-type": "application/json",
        "x-request-id": requestId,
      },
      body: new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"a":')) }),
      duplex: "half",
      signal: controller.signal,
    } as RequestInit);
    setTimeout(() => controller.abort(), 200);
    await expect(leaving).rejects.toThrow();
    await expect
      .poll(() => linesOf(requestId).filter(({ msg }) => msg === "request"))
      .toMatchObject([{ status: 0 }]);
  });
});

describe("the log of a whole session", () => {
  it("holds no key, no hash of one and no header of credentials", async () => {
    const { operator } = api.ours;
    const created = made<{ id: string; key: string }>(
      await api.call("POST", "/api-keys", {
        key: operator.key,
        body: { operatorId: operator.id, label: "secret-label" },
      }),
    );
    const platformMade = await api.createKey(api.ours, operator.id);
    const listed = await api.call("GET", "/api-keys", { key: created.key });
    const hashes = listed.body.data.map(({ keyHash }: { keyHash: string }) => keyHash);
    await api.call("DELETE", `/api-keys?id=${created.id}`, { key: operator.key });
    await api.call("GET", "/api-keys", { key: created.key });
    const almost = `oh_live_${"ab".repeat(32)}`;
    await api.call("GET", "/api-keys", { key: almost });
    await api.call("GET", "/api-keys", { headers: { authorization: `Basic ${operator.key}` } });
    const keys = [operator.key, api.ours.key, api.theirs.key, created.key, platformMade.key, almost];
    const bare = keys.map((key) => key.replace(/^oh_(live|platform)_/, ""));
    expect(
      tracesOf([...keys, ...bare, ...hashes, "Bearer oh", "secret-label"], api.logLines.join("\n")),
    ).toEqual([]);
    expect(tracesOf(["listApiKeys"], api.logLines.join("\n"))).toHaveLength(1);
  });
});

describe("what somebody writes in order to have it logged", () => {
  const forged = "FORGED";
  const line = `\r\n{"level":30,"msg":"${forged}"}\r\n\u001b[2J\u2028${forged}`;
  const encoded = encodeURIComponent(line);
  const requests: readonly (readonly [string, string, CallOptions])[] = [
    ["GET", `${entities}/${encoded}`, {}],
    ["GET", `/${encoded}`, {}],
    ["GET", `${entities}?limit=${encoded}&${encoded}=1`, {}],
    ["GET", `${entities}?cursor=${encoded}`, {}],
    ["POST", entities, { body: { entityType: "player", externalId: line, data: player } }],
    ["POST", entities, { body: { entityType: line, externalId: "p", data: player, [line]: line } }],
    ["POST", `${entities}/${encoded}/events`, { body: { eventType: line, data: { [line]: line } } }],
    ["POST", "/api-keys", { body: { operatorId: line, label: line } }],
    ["GET", entities, { headers: { "user-agent": forged, "x-request-id": `a {"${forged}":1}` } }],
    ["GET", entities, { headers: { "x-forwarded-for": forged, referer: forged, traceparent: forged } }],
    ["GET", entities, { headers: { authorization: `Bearer ${forged}` } }],
    ["POST", entities, { body: `{"${forged}`, headers: { "content-type": `application/json; a=${forged}` } }],
  ];

  it.each(requests)("is not: %s $#", async (method, path, options) => {
    api.logLines.length = 0;
    await api.call(method, path, { key: api.ours.operator.key, ...options });
    await expect.poll(() => api.logLines.length).toBeGreaterThan(0);
    for (const text of api.logLines) {
      // One line is one object: nothing that was sent begins another, or moves the cursor of who reads it.
      expect(text).toMatch(/^\{[^\p{Cc}\u2028\u2029]*\}\n$/u);
      expect(() => JSON.parse(text)).not.toThrow();
      expect(text).not.toContain(forged);
    }
  });
});

describe("what somebody logs by mistake", () => {
  const secret = "oh_live_0123";
  it.each([
    { authorization: secret },
    { headers: { authorization: secret, "idempotency-key": secret } },
    { request: { headers: { cookie: secret }, body: { email: secret } } },
    { apiKey: secret },
    { created: { key: secret } },
    { body: { email: secret } },
    { entity: { data: { email: secret } } },
  ])("is redacted by its name: $0", (fields) => {
    const lines: string[] = [];
    createLogger("info", { write: (line) => void lines.push(line) }).info(fields, "oops");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("[redacted]");
    expect(lines[0]).not.toContain(secret);
  });
});
