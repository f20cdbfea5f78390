import { randomBytes } from "node:crypto";
import { parseEnvelope } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, CallOptions } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { databaseText, tracesOf } from "./traces.js";

const entities = "/operator-data-api/entities";
const piiFields = ["first_name", "last_name", "email", "phone", "date_of_birth"];
const mark = (name: string) => `${name}-${randomBytes(6).toString("hex")}`;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe("what a person's record leaves behind", () => {
  const pii: string[] = [];
  const secret = (name: string) => {
    const marker = mark(name);
    pii.push(marker);
    return marker;
  };
  const externalId = mark("ext-id");
  const idempotencyKey = mark("idem-key");
  const control = mark("not-pii");
  const refusals: Answer[] = [];
  const request = async (method: string, path: string, options: CallOptions = {}) => {
    const answer = await api.call(method, path, { key: api.ours.operator.key, ...options });
    if (answer.status >= 400) refusals.push(answer);
    return answer;
  };
  const strings = () => Object.fromEntries(piiFields.map((field) => [field, secret(field)]));
  const nested = () =>
    Object.fromEntries(
      piiFields.map((field) => [field, { deep: [secret(field), { [secret("key")]: [null, 1] }] }]),
    );
  const body = (data: object) => ({
    entityType: "player",
    externalId,
    data: { country: "GB", currency: "GBP", vip_level: control, ...data },
  });
  const upsert = (data: object, headers: Record<string, string> = {}) =>
    request("POST", entities, { headers, body: body(data) });

  beforeAll(async () => {
    const keyed = { "Idempotency-Key": idempotencyKey };
    const first = strings();
    expect((await upsert(first, keyed)).status).toBe(201);
    expect((await upsert(first, keyed)).headers.get("idempotency-replayed")).toBe("true");
    expect((await upsert(nested(), { "Idempotency-Key": `${idempotencyKey}-2` })).status).toBe(200);
    const now = nested();
    expect((await upsert(now)).status).toBe(200);
    const read = await request("GET", `${entities}/${externalId}`);
    expect(read.body.data.data).toMatchObject(now);
  });

  /** Requests that are refused, or that break, with a marker wherever one can stand. */
  const refused: Record<string, () => Promise<Answer>> = {
    "missing fields": () =>
      request("POST", entities, { body: { ...body({ first_name: secret("missing") }) } }),
    "an unknown type": () =>
      request("POST", entities, { body: { ...body(strings()), entityType: secret("type") } }),
    "wrong types": () =>
      request("POST", entities, {
        body: { entityType: { a: secret("t") }, externalId: [secret("e")], data: secret("d") },
      }),
    "unknown fields": () => request("POST", entities, { body: { ...body(strings()), more: secret("more") } }),
    "what cannot be stored": () =>
      request("POST", entities, { body: body({ ...strings(), email: `${secret("email")}\0` }) }),
    "a number too large": () =>
      request("POST", entities, { body: `{"data":{"email":["${secret("n")}",1e400]}}` }),
    "malformed JSON": () => request("POST", entities, { body: `{"data":{"email":"${secret("json")}"` }),
    "invalid UTF-8": () =>
      request("POST", entities, {
        body: Buffer.concat([Buffer.from(`{"email":"${secret("utf8")}`), Buffer.from([0xff])]),
      }),
    "a body too large": () =>
      request("POST", entities, { body: { a: secret("large"), b: "x".repeat(1_100_000) } }),
    "another media type": () =>
      request("POST", entities, { headers: { "content-type": "text/plain" }, body: secret("plain") }),
    "a reused key": () => upsert({ email: secret("reuse") }, { "Idempotency-Key": idempotencyKey }),
    "a key with spaces": () => upsert(strings(), { "Idempotency-Key": `${secret("spaced")} key` }),
    "a path that names nobody": () =>
      request("GET", `${entities}/${encodeURIComponent(`${secret("path")}@é`)}`),
    "a path that is no UTF-8": () => request("GET", `${entities}/${secret("path")}%ff`),
    "a path too long": () => request("DELETE", `${entities}/${secret("path")}${"x".repeat(300)}`),
    "an unknown path": () => request("GET", `/${secret("nowhere")}/${externalId}`),
    "a wrong method": () => request("PATCH", `${entities}/${externalId}`),
    "an unknown parameter's value": () => request("GET", `${entities}?email=${secret("query")}`),
    "a damaged cursor": () => request("GET", `${entities}?cursor=${secret("cursor")}`),
    "a wrong credential": () => request("GET", `${entities}/${externalId}`, { key: secret("credential") }),
    "no credential": () => request("GET", `${entities}/${externalId}`, { key: undefined }),
  };

  it.each(Object.entries(refused))("an error says nothing of what was sent: %s", async (_, send) => {
    const answer = await send();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(tracesOf([...pii, externalId, idempotencyKey, control], answer.text)).toEqual([]);
    expect(tracesOf(pii, JSON.stringify([...answer.headers]))).toEqual([]);
  });

  it("a list shows a ciphertext in every PII field, and the rest as it is", async () => {
    const list = await request("GET", `${entities}?entityType=player`);
    const [listed] = list.body.data;
    for (const field of piiFields)
      expect(parseEnvelope(listed.data[field]).masterKeyId).toBe(api.keyring.current.id);
    expect(listed.data.vip_level).toBe(control);
    expect(tracesOf(pii, list.text)).toEqual([]);
    const changes = await request("GET", `${entities}?updatedSince=2000-01-01T00:00:00Z`);
    expect(changes.body.data).toHaveLength(1);
    expect(tracesOf(pii, changes.text)).toEqual([]);
  });

  it("no PII stands in any column of any table, and no Idempotency-Key", async () => {
    const text = await databaseText(api);
    expect(tracesOf([externalId, control], text)).toEqual([externalId, control]);
    expect(tracesOf([...pii, idempotencyKey], text)).toEqual([]);
  });

  it("after erasure neither the external id nor anything of the data is there, and an old key says it is gone", async () => {
    expect((await request("DELETE", `${entities}/${externalId}`)).status).toBe(200);
    expect((await request("DELETE", `${entities}/${externalId}`)).status).toBe(404);
    const old = await upsert(strings(), { "Idempotency-Key": idempotencyKey });
    expect([old.status, old.body.error.code]).toEqual([410, "ENTITY_ERASED"]);
    expect(tracesOf([...pii, externalId, idempotencyKey, control], await databaseText(api))).toEqual([]);
  });

  it("no log line and no error reply holds PII, an external id or an Idempotency-Key", () => {
    expect(api.logLines.length).toBeGreaterThan(refusals.length);
    const all = [...pii, externalId, idempotencyKey, control];
    expect(tracesOf(all, api.logLines.join("\n"))).toEqual([]);
    expect(tracesOf(all, refusals.map(({ text }) => text).join("\n"))).toEqual([]);
  });
});

describe("a ciphertext that is not where it was sealed does not open", () => {
  const here = "person-here";
  const there = "person-there";
  const email = mark("email");
  const phone = mark("phone");
  const person = { country: "GB", currency: "GBP", email, phone };
  const reset = () =>
    Promise.all(
      [api.ours, api.theirs].flatMap(({ operator }) =>
        [here, there].map((externalId) =>
          api.call("POST", entities, {
            key: operator.key,
            body: { entityType: "player", externalId, data: person },
          }),
        ),
      ),
    );
  const read = () => api.call("GET", `${entities}/${here}`, { key: api.ours.operator.key });
  const take = (field: string, source: string) =>
    `update entities e set data = jsonb_set(e.data, '{${field}}', ${source})
     where e.operator_id = $1 and e.external_id = '${here}'`;
  const of = (operator: string, externalId: string) =>
    `(select s.data -> 'email' from entities s where s.operator_id = ${operator} and s.external_id = '${externalId}')`;

  const moves: Record<string, () => [string, unknown[]]> = {
    "from another field": () => [take("phone", "e.data -> 'email'"), [api.ours.operator.id]],
    "from another entity": () => [take("email", of("$1", there)), [api.ours.operator.id]],
    "from another operator's entity of the same id": () => [
      take("email", of("$2", here)),
      [api.ours.operator.id, api.theirs.operator.id],
    ],
    "with one character changed": () => [
      take(
        "email",
        `to_jsonb(overlay(e.data ->> 'email' placing
        case when substr(e.data ->> 'email', 20, 1) = 'A' then 'B' else 'A' end from 20 for 1))`,
      ),
      [api.ours.operator.id],
    ],
    "replaced by clear text": () => [take("email", `'"clear@example.com"'`), [api.ours.operator.id]],
    "replaced by a number": () => [take("email", "'1'"), [api.ours.operator.id]],
    "under a master key that is not configured": () => [
      take("email", `to_jsonb(replace(e.data ->> 'email', 'v1.test1.', 'v1.lost-key.'))`),
      [api.ours.operator.id],
    ],
  };

  it.each(Object.entries(moves))("%s", async (name, move) => {
    await reset();
    expect((await read()).body.data.data).toEqual(person);
    await api.sql(...move());
    const linesBefore = api.logLines.length;
    const answer = await read();
    expect([answer.status, answer.body]).toEqual([
      500,
      {
        success: false,
        error: { code: "INTERNAL_ERROR", message: expect.any(String) },
        requestId: answer.headers.get("x-request-id"),
      },
    ]);
    expect(tracesOf([email, phone, "lost-key", "clear@example.com"], answer.text)).toEqual([]);
    expect(answer.text).not.toMatch(/v1\.|opened/);
    const lines = api.logLines.slice(linesBefore).map((line) => JSON.parse(line));
    const cause = lines.find(({ msg }) => msg === "request failed");
    expect(cause).toMatchObject({ level: 50, requestId: answer.body.requestId, code: "INTERNAL_ERROR" });
    expect(tracesOf([email, phone, here, "clear@example.com"], JSON.stringify(lines))).toEqual([]);
    expect(JSON.stringify(cause).includes("lost-key")).toBe(name.includes("master key"));
  });

  it("and does no harm to those beside it", async () => {
    const there_ = await api.call("GET", `${entities}/${there}`, { key: api.ours.operator.key });
    expect(there_.body.data.data).toEqual(person);
    expect((await api.call("GET", entities, { key: api.ours.operator.key })).status).toBe(200);
  });
});
