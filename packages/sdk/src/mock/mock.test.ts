import { dereference, document } from "@onehazel/spec";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { beforeEach, describe, expect, it } from "vitest";
import { errorCodes } from "../generated/operations.js";
import { isAPIError, isConnectionError, OneHazel, OneHazelPlatform } from "../index.js";
import { type OperationId, operations } from "../operations.js";
import { player, rejectionOf, testClock } from "../testing/clients.js";
import { mockApiKey, mockFetch, mockPlatformKey } from "./index.js";
import { recordingOf, statusOf } from "./recording.js";

const fetch = mockFetch();
const client = new OneHazel({ apiKey: mockApiKey, baseUrl: "http://mock.test", fetch, clock: testClock() });
const platform = new OneHazelPlatform({ apiKey: mockPlatformKey, baseUrl: "http://mock.test/v1", fetch });
beforeEach(() => fetch.reset());

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ ...document, $id: "spec" } as object);

/** What is wrong with a reply, by the schema that the specification has for it. */
async function faultsOf(id: OperationId, reply: Response): Promise<unknown> {
  const { method, path } = recordingOf(id);
  const operation = document.paths[path]?.[method.toLowerCase()] as {
    responses: Record<string, { content: Record<string, { schema: object }> }>;
  };
  const content = dereference(operation.responses[reply.status])?.content;
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (media === undefined) return `it declares no ${reply.status}`;
  expect(reply.headers.get("content-type")).toBe(type);
  const validate = ajv.compile(JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"spec#/')));
  const text = await reply.text();
  const bodies = type === "application/json" ? [text] : text.trimEnd().split("\n");
  return bodies.flatMap((body) => (validate(JSON.parse(body)) ? [] : (validate.errors ?? [])));
}

const send = (id: OperationId) => {
  const { method, path } = recordingOf(id);
  const url = `http://mock.test${path.replace(/\{\w+\}/g, "x")}`;
  return fetch(url, { method, headers: { authorization: `Bearer ${mockApiKey}` } });
};

describe("the mock answers every operation as the specification shows it", () => {
  it.each(operations.map(({ id }) => id))("%s, and all its errors", async (id) => {
    const reply = await send(id);
    expect(reply.status).toBe(recordingOf(id).status);
    expect(await faultsOf(id, reply)).toEqual([]);
    const codes = errorCodes.filter((code) => recordingOf(id).statuses.includes(statusOf(code)));
    expect(codes).not.toHaveLength(0);
    for (const code of codes) {
      fetch.fail(id, code);
      const refusal = await send(id);
      expect(refusal.status).toBe(statusOf(code));
      expect(await faultsOf(id, refusal)).toEqual([]);
    }
    expect(fetch.calls.map(({ operationId }) => operationId)).toEqual(Array(codes.length + 1).fill(id));
  });
});

describe("a client on the mock", () => {
  it("calls, and the calls are written down", async () => {
    const { action } = await client.entities.upsert(player, { idempotencyKey: "k1" });
    expect(action).toBe("created");
    expect((await client.entities.get("a/b")).external_id).toBe("player_12345");
    expect(fetch.calls).toMatchObject([
      { operationId: "upsertEntity", path: {}, body: player },
      { operationId: "getEntity", path: { externalId: "a/b" }, body: undefined },
    ]);
    expect(fetch.calls[0]?.headers.get("idempotency-key")).toBe("k1");
  });

  it("retries what passes under the same key", async () => {
    fetch.disconnect("upsertEntity");
    fetch.fail("upsertEntity", "SERVICE_UNAVAILABLE");
    const { attempts } = await client.entities.upsert(player).withResponse();
    expect(attempts).toBe(3);
    expect(new Set(fetch.calls.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });

  it("gets errors by their code, as often as is asked for, and lost connections", async () => {
    fetch.fail("getEntity", "ENTITY_NOT_FOUND", { times: 2 });
    expect(isAPIError(await rejectionOf(client.entities.get("p1")), "ENTITY_NOT_FOUND")).toBe(true);
    expect(isAPIError(await rejectionOf(client.entities.get("p1")), "ENTITY_NOT_FOUND")).toBe(true);
    await client.entities.get("p1");
    fetch.fail("recordEvent", "RATE_LIMITED", { retryAfterSeconds: 3600 });
    const limited = await rejectionOf(client.events.record("p1", { eventType: "session", data: {} }));
    expect(limited).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 3_600_000 });
    fetch.disconnect("getSettings", 3);
    expect(isConnectionError(await rejectionOf(client.settings.get()))).toBe(true);
    expect(() => fetch.fail("getEntity", "PAYLOAD_TOO_LARGE")).toThrow("getEntity never answers");
  });

  it("gets other answers where the test gives them", async () => {
    fetch.answer("getState", {
      success: true,
      data: { state_key: "level", value: 7, updated_at: "2026-04-06T10:30:00.000Z" },
    });
    expect(await client.states.get("p1", "level")).toMatchObject({ state_key: "level", value: 7 });
    fetch.reset();
    expect(fetch.calls).toEqual([]);
    expect((await client.states.get("p1", "level")).state_key).toBe("balance");
  });

  it("lists, exports, loads in bulk and rotates its key", async () => {
    expect(await client.entities.list().toArray({ limit: 10 })).toHaveLength(1);
    const types: string[] = [];
    for await (const { type } of client.entities.export("p1")) types.push(type);
    expect(types).toEqual(["entity", "state", "event"]);
    const rows = Array.from({ length: 2_500 }, (_, index) => ({ ...player, externalId: `p${index}` }));
    expect(await client.entities.upsertMany(rows)).toMatchObject({ succeeded: 2_500, failed: 0 });
    const own = new OneHazel({ apiKey: mockApiKey, baseUrl: "http://mock.test", fetch });
    expect((await own.apiKeys.rotate({ handOver: () => undefined })).newKeyId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is a platform's too, at a base URL with a path", async () => {
    const operator = await platform.operators.create({ name: "Lucky Spin Casino" });
    await platform.operators.apiKeys.list(operator.id);
    expect(fetch.calls.map(({ operationId }) => operationId)).toEqual([
      "createOperator",
      "listOperatorApiKeys",
    ]);
  });
});

describe("what the API would refuse", () => {
  it("an unknown path, a call without a key, an aborted one", async () => {
    expect((await fetch("http://mock.test/nowhere", {})).status).toBe(404);
    expect((await fetch("http://mock.test/api-keys", {})).status).toBe(401);
    const signal = AbortSignal.abort(new Error("stop"));
    expect(await rejectionOf(fetch("http://mock.test/api-keys", { signal }))).toBe(signal.reason);
  });
});
