import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findRoute } from "../http/routes.js";
import type { Answer, CallOptions } from "./call.js";
import { call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";

describe("database round trips of one request, as onehazel_server", () => {
  let api: TestApi;
  let proxy: PostgresProxy;
  let baseUrl: string;
  beforeAll(async () => {
    api = await startApi();
    proxy = await startPostgresProxy(api.database.server);
    ({ baseUrl } = await api.startTwin({ ...proxy.address, poolMax: 1 }));
    const who = await api.sql(
      "select rolsuper or rolbypassrls as free from pg_roles where rolname = 'onehazel_server'",
    );
    expect(who).toEqual([{ free: false }]);
  });
  afterAll(async () => {
    await api.stop();
    await proxy.stop();
  });

  async function trips(
    method: string,
    path: string,
    options: CallOptions,
  ): Promise<{ trips: number; answer: Answer }> {
    proxy.clear();
    const answer = await call(baseUrl, method, path, options);
    return { trips: proxy.trips.length, answer };
  }

  const upsert = (externalId: string, headers: Record<string, string> = {}, key = api.ours.operator.key) =>
    trips("POST", entities, { key, headers, body: { entityType: "player", externalId, data: player } });

  it("an upsert takes one, and two where the key was not met a moment ago, with and without an Idempotency-Key", async () => {
    const key = { "Idempotency-Key": "once" };
    const runs = {
      cold: await upsert("p1"),
      warm: await upsert("p1"),
      keyed: await upsert("p2", key),
      replayed: await upsert("p2", key),
      reused: await upsert("p3", key),
    };
    const seen = Object.entries(runs).map(([name, run]) => [name, run.trips, run.answer.status]);
    expect(seen).toEqual([
      ["cold", 2, 201],
      ["warm", 1, 200],
      ["keyed", 1, 201],
      ["replayed", 1, 201],
      // Before somebody is told no, the key is looked up anew.
      ["reused", 2, 422],
    ]);
  });

  it("an upsert by an operator that this server has never met takes two", async () => {
    const stranger = await api.createOperator(api.theirs);
    expect(await upsert("p1", {}, stranger.key)).toMatchObject({ trips: 2, answer: { status: 201 } });
  });

  it("a refused credential takes one, and none where its form alone gives it away", async () => {
    const unknown = `oh_live_${"0".repeat(64)}`;
    expect(await trips("GET", `${entities}/p1`, { key: unknown })).toMatchObject({
      trips: 1,
      answer: { status: 401 },
    });
    expect(await trips("GET", `${entities}/p1`, { key: "oh_live_x" })).toMatchObject({
      trips: 0,
      answer: { status: 401 },
    });
    expect(await trips("GET", `${entities}/p1`, {})).toMatchObject({ trips: 0, answer: { status: 401 } });
  });

  it("an event and a state take one each", async () => {
    const { key } = api.ours.operator;
    const body = { eventType: "session", data: {} };
    const event = await trips("POST", `${entities}/p1/events`, { key, body });
    expect(event).toMatchObject({ trips: 1, answer: { status: 201 } });
    const state = await trips("PUT", `${entities}/p1/state/balance`, { key, body: { value: 1 } });
    expect(state).toMatchObject({ trips: 1, answer: { status: 200 } });
  });

  it("a refused request costs its authentication alone", async () => {
    const body = { entityType: "player" };
    const refused = await trips("POST", entities, { key: api.ours.operator.key, body });
    expect(refused).toMatchObject({ trips: 1, answer: { status: 400 } });
    const wrongKind = await trips("POST", entities, { key: api.ours.key, body });
    expect(wrongKind).toMatchObject({ trips: 1, answer: { status: 403 } });
    expect(await trips("GET", "/nowhere", {})).toMatchObject({ trips: 0, answer: { status: 404 } });
  });

  it("a read takes one when it finds something", async () => {
    const { key } = api.ours.operator;
    expect(await trips("GET", `${entities}/p1`, { key })).toMatchObject({
      trips: 1,
      answer: { status: 200 },
    });
    expect(await trips("GET", `${entities}/nobody`, { key })).toMatchObject({
      trips: 2,
      answer: { status: 404 },
    });
  });

  it("a session takes two, and a token that is none costs nothing", async () => {
    const { session } = api.ours.operator;
    expect(await upsert("p1", {}, session)).toMatchObject({ trips: 2, answer: { status: 200 } });
    expect(await trips("GET", `${entities}/p1`, { key: session })).toMatchObject({
      trips: 2,
      answer: { status: 200 },
    });
    const spoilt = `${session.slice(0, -8)}AAAAAAAA`;
    expect(await trips("GET", `${entities}/p1`, { key: spoilt })).toMatchObject({
      trips: 0,
      answer: { status: 401 },
    });
  });
});

describe("a request's cost does not grow with the number of operations", () => {
  interface Given {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }
  const given: Given[] = [];
  let Validator: typeof import("../http/validate.js").Validator;
  beforeAll(async () => {
    // The library scans every path that it is given, at each request: so we look at what it is given.
    vi.doMock("express-openapi-validator", async (original) => {
      const library = await original<typeof import("express-openapi-validator")>();
      const middleware = (options: { apiSpec: unknown }) => {
        given.push(options.apiSpec as Given);
        return library.middleware(options as never);
      };
      return { ...library, middleware };
    });
    vi.resetModules();
    ({ Validator } = await import("../http/validate.js"));
  });
  afterAll(() => {
    vi.doUnmock("express-openapi-validator");
    vi.resetModules();
  });

  it.each(operations)("$id: its validator knows one path with one method", (operation) => {
    given.length = 0;
    new Validator(operation, { replies: true });
    expect(given).toHaveLength(2);
    for (const { paths } of given) {
      expect(Object.keys(paths)).toEqual([operation.path]);
      const methods = Object.keys(paths[operation.path] ?? {}).filter((name) => name !== "parameters");
      expect(methods).toEqual([operation.method.toLowerCase()]);
    }
  });

  it.each(operations)(
    "$id: its route is found by one look-up a segment and one for the method",
    (operation) => {
      const path = operation.path.replaceAll(/\{.+?\}/g, "x");
      const lookUps = vi.spyOn(Map.prototype, "get");
      const matches = vi.spyOn(RegExp.prototype, "exec");
      const found = findRoute(operation.method, path);
      const counts = { lookUps: lookUps.mock.calls.length, matches: matches.mock.calls.length };
      vi.restoreAllMocks();
      expect(found.operation.id).toBe(operation.id);
      expect(counts).toEqual({ lookUps: path.split("/").length, matches: 0 });
    },
  );
});
