import { type CredentialKind, credentialKinds, type Operation, operations, rateLimits } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPlatform } from "../platforms/service.js";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi, type TestOperator } from "./harness.js";
import { standingOf } from "./rate-limit-headers.js";
import { emptyRequest } from "./requests.js";

const limit = 4;
const quotas = Object.fromEntries(
  Object.keys(rateLimits.quotas).map((category) => [category, limit]),
) as typeof rateLimits.quotas;
const entities = "/operator-data-api/entities";
const settings = "/operator-data-api/settings";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ limits: { quotas } });
});
afterAll(() => api.stop());

/** A credential of a tenant that has called nothing yet. */
async function freshKey(kind: CredentialKind): Promise<string> {
  if (kind === "operatorKey") return (await freshOperator()).key;
  if (kind === "operatorSession") return (await freshOperator()).session;
  const platform = await createPlatform(api.database.owner, { name: "Fresh", managementLimit: limit });
  return kind === "platformKey" ? platform.platformKey : (await api.createUser(platform.platformId)).token;
}

/** As well formed, and nobody's. */
function tampered(key: string): string {
  const at = key.length - 10;
  return `${key.slice(0, at)}${key[at] === "a" ? "b" : "a"}${key.slice(at + 1)}`;
}

function freshOperator(): Promise<TestOperator> {
  return api.createOperator(api.ours, { template: false });
}

/** Two answers, one after the other, may fall on both sides of a full second. */
function expectReset(resetAt: string, retryAfter: string | null): void {
  expect(retryAfter).toMatch(/^[1-9]\d?$/);
  expect(new Date(resetAt).toISOString()).toBe(resetAt);
  expect(Date.parse(resetAt)).toBeLessThanOrEqual(Date.now() + Number(retryAfter) * 1000);
}

describe("the calls of an operation count, whatever they are answered, and those beyond the limit are refused:", () => {
  for (const prefix of prefixes)
    for (const operation of operations)
      it(`${operation.method} ${prefix}${operation.path}`, async () => {
        for (const kind of operation.credentials) await exhaust(operation, prefix, kind);
      });

  async function exhaust(operation: Operation, prefix: string, kind: CredentialKind) {
    const key = await freshKey(kind);
    const category = kind.startsWith("operator") ? operation.rateLimit : "management";
    const { method, path, body } = emptyRequest(operation, key);
    const send = (text: unknown, as: string | undefined = key, type = "application/json") =>
      api.call(method, `${prefix}${path}`, {
        key: as,
        body: text,
        headers: text === undefined ? {} : { "content-type": type },
      });

    const counted = [
      await send(body),
      await api.call(method, `${prefix}${path}${path.includes("?") ? "&" : "?"}Surprise=1`, { key, body }),
    ];
    expect(counted[1]?.status).toBe(400);

    const stranger = await send(body, tampered(key));
    expect([stranger.status, standingOf(stranger)]).toEqual([401, undefined]);
    const others = credentialKinds.filter((other) => !operation.credentials.includes(other));
    for (const other of others) {
      const answer = await send(body, await freshKey(other));
      expect([answer.status, standingOf(answer)]).toEqual([403, undefined]);
    }

    counted.push(await send(operation.body === "none" ? undefined : "{"), await send(body));
    expect(counted.map((answer) => standingOf(answer))).toMatchObject(
      [3, 2, 1, 0].map((left) => ({ category, limit, left })),
    );
    expect(counted.map(({ status }) => status)).not.toContain(429);

    // Before anything looks at the body.
    const refused = await send(operation.body === "none" ? undefined : "{", key, "text/plain");
    expectError(refused, "RATE_LIMITED", { shape: operation.errorShape });
    expect(standingOf(refused)).toMatchObject({ category, limit, left: 0 });
    expect(refused.headers.get("retry-after")).toBe(String(standingOf(refused)?.resetSeconds));
    expectReset(refused.body.resetAt, refused.headers.get("retry-after"));
  }
});

describe("who is counted", () => {
  const read = (key: string) => api.call("GET", entities, { key });
  const left = async (answer: ReturnType<typeof read>) => standingOf(await answer)?.left;

  it("all keys of an operator share its windows, each category has its own", async () => {
    const { id, key } = await freshOperator();
    const second = (await api.createKey(api.ours, id)).key;
    expect(await left(read(key))).toBe(3);
    expect(await left(read(second))).toBe(2);
    expect(await left(api.call("HEAD", entities, { key }))).toBe(1);
    expect(await left(api.call("GET", settings, { key }))).toBe(3);
    expect(await left(read((await freshOperator()).key))).toBe(3);
  });

  it("a platform's calls about an operator count for the platform alone", async () => {
    const { id, key } = await freshOperator();
    await api.createKey(api.ours, id);
    const made = await api.call("POST", "/api-keys", { key: api.ours.key, body: { operatorId: id } });
    expect(made.status).toBe(201);
    expect(standingOf(made)).toMatchObject({ category: "management", limit: 1_000_000 });
    expect(await left(api.call("GET", "/api-keys", { key }))).toBe(3);
  });

  it("a limit of an operator's own holds from its next call on, and may be taken away again", async () => {
    const { id, key } = await freshOperator();
    const configure = async (configuration: object) => {
      const path = `/platform-api/operators/${id}`;
      expect((await api.call("PUT", path, { key: api.ours.key, body: { configuration } })).status).toBe(200);
    };
    expect(standingOf(await read(key))).toMatchObject({ limit, left: 3 });
    await configure({ rateLimits: { read: 2, batch: 9 }, theirs: 1 });
    expect(standingOf(await read(key))).toMatchObject({ limit: 2, left: 0 });
    expectError(await read(key), "RATE_LIMITED");
    await configure({ rateLimits: { read: 1_000_000 } });
    expect(standingOf(await read(key))).toMatchObject({ limit: 1_000_000, left: 999_996 });
    await configure({});
    expectError(await read(key), "RATE_LIMITED");
  });

  it("a platform that was made without a limit of its own has the spec's", async () => {
    const { platformKey } = await createPlatform(api.database.owner, { name: "Plain" });
    const answer = await api.call("GET", "/platform-api/operators", { key: platformKey });
    expect(standingOf(answer)).toMatchObject({ category: "management", limit, left: 3 });
  });

  it("a remembered reply counts too", async () => {
    const { key } = await api.createOperator(api.ours);
    const send = () =>
      api.call("POST", entities, {
        key,
        headers: { "idempotency-key": "once" },
        body: { entityType: "game", externalId: "g1", data: { name: "Chess" } },
      });
    expect(await left(send())).toBe(3);
    const again = await send();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(standingOf(again)?.left).toBe(2);
  });

  it("an answer that is streamed says where the window stands too", async () => {
    const { key } = await api.createOperator(api.ours);
    const body = { entityType: "game", externalId: "g1", data: { name: "Chess" } };
    expect((await api.call("POST", entities, { key, body })).status).toBe(201);
    const exported = await api.call("GET", `${entities}/g1/export`, { key });
    expect(exported.status).toBe(200);
    expect(standingOf(exported)).toMatchObject({ category: "read", left: 3 });
  });

  it("many at once: exactly the limit gets through", async () => {
    const { key } = await freshOperator();
    const answers = await Promise.all(Array.from({ length: 40 }, () => read(key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(limit);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - limit);
  });
});

it("what no operation answers is not counted", async () => {
  const { key } = await freshOperator();
  for (const [method, path] of [
    ["GET", "/nowhere"],
    ["PATCH", entities],
  ] as const) {
    expect(standingOf(await api.call(method, path, { key }))).toBeUndefined();
  }
  expect(standingOf(await api.call("GET", entities, { key }))?.left).toBe(3);
});
