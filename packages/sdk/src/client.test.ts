import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { OneHazel, OneHazelPlatform } from "./index.js";
import {
  operatorClient,
  operatorKey,
  platformKey,
  player,
  rejectionOf,
  upserted,
} from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  ok,
  raw,
  reset,
  stall,
  startFaultServer,
  status,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllGlobals());

const baseUrl = "http://localhost:9";
const thrownBy = (make: () => unknown): Error => {
  try {
    make();
  } catch (error) {
    return error as Error;
  }
  throw new Error("It did not throw");
};

describe("a client's key", () => {
  it("is in nothing that the client shows of itself", () => {
    const client = operatorClient(baseUrl);
    const shown = inspect(client, { depth: 20, showHidden: true }) + JSON.stringify(client) + String(client);
    expect(shown).not.toContain(operatorKey.slice(8));
    const parts: unknown[] = Object.values(client);
    expect(inspect(parts, { depth: 20, showHidden: true, getters: true })).not.toContain(
      operatorKey.slice(8),
    );
  });

  it("is in no error, whatever went wrong", async () => {
    const client = operatorClient(server.url, { retries: 1 });
    for (const fault of [
      fails(401, "AUTH_INVALID"),
      reset,
      stall,
      status(500),
      raw(200, `<p>Bearer ${operatorKey}`),
    ]) {
      server.script(fault);
      const options = fault === stall ? { timeoutMs: 50 } : {};
      const error = await rejectionOf(client.entities.get("player_1", options));
      const shown =
        inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + (error as Error).stack;
      expect(shown).not.toContain(operatorKey.slice(8));
    }
  });

  it.each([
    ["absent", undefined],
    ["empty", ""],
    ["of another form", "sk_live_secret"],
    ["too short", operatorKey.slice(0, -1)],
    ["in upper case", operatorKey.toUpperCase()],
    ["followed by a newline", `${operatorKey}\n`],
    ["of the other kind", platformKey],
  ])("that is %s is refused, and not shown", (_, apiKey) => {
    const error = thrownBy(() => new OneHazel({ apiKey: apiKey as string, baseUrl }));
    expect(error.name).toBe("ArgumentError");
    if (apiKey) expect(inspect(error)).not.toContain(apiKey.trim().slice(8));
  });

  it.each([
    ["OneHazel", () => new OneHazel({ apiKey: undefined as never } as never), /oh_live_….*your platform/],
    ["OneHazel without any option", () => new OneHazel(undefined as never), /oh_live_….*your platform/],
    [
      "OneHazelPlatform",
      () => new OneHazelPlatform({ apiKey: "", baseUrl }),
      /oh_platform_….*the server's platform:create/,
    ],
  ])("that is missing: %s says that it is, and who makes one", (_, make, where) => {
    const { name, message } = thrownBy(make);
    expect([name, message]).toEqual(["ArgumentError", expect.stringMatching(/^apiKey is missing: /)]);
    expect(message).toMatch(where);
  });

  it("of an operator is refused by the platform's client, which says which client takes it", () => {
    const error = thrownBy(() => new OneHazelPlatform({ apiKey: operatorKey, baseUrl }));
    expect(error.message).toBe(
      "apiKey is of the other kind: OneHazelPlatform takes oh_platform_…, use OneHazel for this one",
    );
  });

  it("goes to the server as a bearer token that headers cannot replace", async () => {
    server.script(ok({}));
    const headers = { authorization: "Bearer other", "x-tenant": "t" };
    await operatorClient(server.url, { headers }).settings.get({
      headers: { authorization: "x", "X-Request-Id": "r1" },
    });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${operatorKey}`,
      "x-tenant": "t",
      "x-request-id": "r1",
      accept: "application/json",
      "user-agent": expect.stringMatching(/^onehazel-sdk\/\d+\.\d+\.\d+/),
    });
  });

  it("is refused in a browser unless that is allowed by name", () => {
    vi.stubGlobal("window", {});
    vi.stubGlobal("document", {});
    expect(thrownBy(() => operatorClient(baseUrl)).message).toContain("dangerouslyAllowBrowser");
    expect(operatorClient(baseUrl, { dangerouslyAllowBrowser: true })).toBeInstanceOf(OneHazel);
  });
});

describe("baseUrl", () => {
  it.each([
    undefined,
    "",
    "localhost:8080",
    "/api",
    "ftp://x",
    "http://u:p@host",
    "http://host/?a=1",
    "http://host/#a",
  ])("%j is refused", (value) => {
    const error = thrownBy(() => new OneHazel({ apiKey: operatorKey, baseUrl: value as string }));
    expect([error.name, error.message]).toEqual(["ArgumentError", expect.stringContaining("baseUrl")]);
  });

  it.each(["", "/", "/functions/v1", "/functions/v1/"])(
    "a path %j is kept, with or without its last slash",
    async (path) => {
      server.script(ok({}));
      await operatorClient(`${server.url}${path}`).settings.get();
      expect(server.seen[0]?.url).toBe(`${path.replace(/\/$/, "")}/operator-data-api/settings`);
    },
  );
});

describe("options out of bounds are refused", () => {
  it.each([
    { timeoutMs: 0 },
    { deadlineMs: -1 },
    { timeoutMs: Number.NaN },
    { retries: -1 },
    { retries: 1.5 },
  ])("%j, of the client and of a call", async (options) => {
    expect(thrownBy(() => operatorClient(baseUrl, options)).name).toBe("ArgumentError");
    expect(await rejectionOf(operatorClient(baseUrl).settings.get(options))).toMatchObject({
      name: "ArgumentError",
    });
  });

  it("headers that HTTP does not allow", () => {
    expect(thrownBy(() => operatorClient(baseUrl, { headers: { "x-a": "a\nb" } })).name).toBe(
      "ArgumentError",
    );
  });
});

describe("externalId", () => {
  it.each(["", ".", "..", "\ud800"])("%j is refused before sending", async (externalId) => {
    server.script(ok({}));
    const { entities, raw: rawClient } = operatorClient(server.url);
    const params = { path: { externalId } };
    for (const call of [
      () => entities.get(externalId),
      () => entities.delete(externalId),
      () => entities.upsert({ ...player, externalId }),
      () => rawClient.GET("/operator-data-api/entities/{externalId}", { params }),
    ]) {
      expect(await rejectionOf(call())).toMatchObject({ name: "ArgumentError", attempts: 0 });
    }
    expect(server.seen).toHaveLength(0);
  });

  it.each(["a/b", "../x", "%2F", "%2e%2e", "😀", "ünïcode", "a b", "a?b#c", "$&{externalId}", "{id}", "..."])(
    "%j arrives as it is",
    async (externalId) => {
      server.script(ok({}));
      await operatorClient(server.url).entities.get(externalId);
      const segment = server.seen[0]?.url.slice("/operator-data-api/entities/".length) ?? "";
      expect(segment).not.toContain("/");
      expect(decodeURIComponent(segment)).toBe(externalId);
    },
  );
});

describe("a body that JSON cannot carry is refused before sending", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Infinity],
    ["a bigint", 1n],
    ["a cycle", cycle],
  ])("%s", async (_, value) => {
    server.script(ok(upserted));
    const error = await rejectionOf(
      operatorClient(server.url).entities.upsert({ ...player, data: { value } }),
    );
    expect(error).toMatchObject({ name: "ArgumentError" });
    expect(server.seen).toHaveLength(0);
  });
});

describe("a result", () => {
  it("withResponse() comes with status, headers, request id, attempts, key and rate limit", async () => {
    const headers = {
      "x-request-id": "req-5",
      ratelimit: '"realtime";r=5;t=2',
      "idempotency-replayed": "true",
    };
    server.script(reset, ok(upserted, headers));
    const call = operatorClient(server.url).entities.upsert(player, { idempotencyKey: "my-key" });
    const { data, response, requestId, attempts, idempotencyKey, rateLimit } = await call.withResponse();
    expect(data).toEqual({ ...upserted, idempotencyKey: "my-key", isReplay: true });
    expect([response.status, requestId, attempts, idempotencyKey]).toEqual([200, "req-5", 2, "my-key"]);
    expect(rateLimit).toMatchObject({ category: "realtime", remaining: 5 });
    expect(await call).toEqual(data);
  });

  it("is a promise: then, catch, finally and Promise.all take it", async () => {
    server.script(ok(upserted));
    const { entities } = operatorClient(server.url);
    const [first, second] = await Promise.all([
      entities.upsert(player),
      entities.upsert(player).finally(() => undefined),
    ]);
    expect(first.idempotencyKey).not.toBe(second.idempotencyKey);
    server.script(status(404));
    expect(await entities.get("x").catch(() => "caught")).toBe("caught");
  });

  it("whose withResponse() rejects leaves no unhandled rejection", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    server.script(status(404));
    await rejectionOf(operatorClient(server.url).entities.get("x").withResponse());
    await rejectionOf(operatorClient(server.url).entities.delete("x").withResponse());
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("a fetch of the caller's", () => {
  it("may change the headers it is given: each attempt has its own", async () => {
    server.script(fails(503, "SERVICE_UNAVAILABLE"), ok(upserted));
    const client = operatorClient(server.url, {
      fetch: (url, init) => {
        const given = init?.headers as Record<string, string>;
        const headers = { ...given, "X-Signature": `${given["x-signature"] ?? ""}s` };
        given["x-signature"] = "s";
        delete given["content-type"];
        Object.freeze(given);
        return fetch(url, { ...init, headers });
      },
    });
    await client.entities.upsert(player);
    const sent = server.seen.map(({ headers }) => [headers["content-type"], headers["x-signature"]]);
    expect(sent).toEqual([
      ["application/json", "s"],
      ["application/json", "s"],
    ]);
  });

  it("whose answer cannot be read fails the call, and does not leave it open", async () => {
    const broken = {
      ...{ status: 200, ok: true, headers: {} },
      text: () => Promise.resolve(JSON.stringify(upserted)),
    };
    const client = operatorClient(baseUrl, { fetch: () => Promise.resolve(broken as never) });
    expect(await rejectionOf(client.entities.upsert(player))).toBeInstanceOf(TypeError);
  });
});
