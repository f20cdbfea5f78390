import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { call as callAt } from "../testing/call.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

const oldKey = generateMasterKey("old");
const newKey = generateMasterKey("new");
const entities = "/operator-data-api/entities";
const batch = "/operator-data-api/batch";

let api: TestApi;
let operator: TestOperator;
let templateId: string;
beforeAll(async () => {
  api = await startApi({ masterKeys: `${oldKey},${newKey}` });
});
afterAll(() => api.stop());

const schema = (piiFields: Record<string, string[]>) => ({
  entity_types: { guest: { required: ["email"], optional: ["name", "phone", "room"] } },
  event_types: { visit: { required: [], optional: ["ip"] } },
  state_keys: ["mood"],
  pii_fields: piiFields,
});
const pii = { guest: ["email", "name", "phone"], visit: ["ip"] };
const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, path, {
    key: operator.key,
    ...(body === undefined ? {} : { body }),
    ...(headers && { headers }),
  });
const changeTemplate = async (piiFields: Record<string, string[]>) =>
  made(
    await send("PUT", `/operator-data-api/templates/${templateId}`, {
      name: "Hotel",
      schema: schema(piiFields),
    }),
  );

beforeEach(async () => {
  operator = await api.createOperator(api.ours, { template: false });
  const template = { name: "Hotel", schema: schema(pii) };
  templateId = made<{ id: string }>(await send("POST", "/operator-data-api/templates", template)).id;
  made(await send("PUT", "/operator-data-api/settings", { templateId }));
});

type Data = Record<string, unknown>;
const nina: Data = { email: "nina@example.com", name: "Nina", phone: null, room: 7 };
const upsert = (data: Data, externalId = "g1", headers?: Record<string, string>) =>
  send("POST", entities, { entityType: "guest", externalId, data }, headers);
const listed = async (externalId = "g1"): Promise<Data> => {
  const rows = made<{ external_id: string; data: Data }[]>(await send("GET", entities));
  return rows.find(({ external_id }) => external_id === externalId)?.data as Data;
};
const read = async (externalId = "g1") =>
  made<{ data: Data }>(await send("GET", `${entities}/${externalId}`)).data;
const stored = async (externalId = "g1") => {
  const [row] = await api.sql<{ data: Data; sealed: string[]; master_key_id: string | null }>(
    "select data, sealed, master_key_id from entities where operator_id = $1 and external_id = $2",
    [operator.id, externalId],
  );
  return row as { data: Data; sealed: string[]; master_key_id: string | null };
};

describe("a row of a list that is written back", () => {
  it("keeps the encrypted values, and encrypts them again", async () => {
    made(await upsert(nina));
    const row = await listed();
    expect(row.email).toMatch(/^v1\.old\./);
    made(await upsert({ ...row, room: 8 }));
    expect(await read()).toEqual({ ...nina, room: 8 });
    const { data, sealed } = await stored();
    expect(sealed.sort()).toEqual(["email", "name", "phone"]);
    expect(data.email).toMatch(/^v1\.old\./);
    expect(data.email).not.toBe(row.email);
  });

  it("is stored under the current template: former PII in plaintext, new PII encrypted", async () => {
    await changeTemplate({ guest: ["email"] });
    made(await upsert(nina));
    await changeTemplate({ guest: ["name"] });
    const [before] = [await listed()];
    made(await upsert(before));
    expect(await read()).toEqual(nina);
    expect(await stored()).toMatchObject({ data: { email: nina.email }, sealed: ["name"] });
  });

  it("does so in a batch, twice in one too", async () => {
    for (const externalId of ["g1", "g2"]) made(await upsert({ ...nina, name: externalId }, externalId));
    const item = async (externalId: string, room: number) => ({
      entityType: "guest",
      externalId,
      data: { ...(await listed(externalId)), room },
    });
    const items = [await item("g1", 1), await item("g2", 2), await item("g1", 3)];
    expect(made(await send("POST", `${batch}/entities`, items))).toMatchObject({ succeeded: 3, failed: 0 });
    expect(await read("g1")).toEqual({ ...nina, name: "g1", room: 3 });
    expect(await read("g2")).toEqual({ ...nina, name: "g2", room: 2 });
  });

  it("may have been encrypted under an earlier master key", async () => {
    made(await upsert(nina));
    const row = await listed();
    const rotated = await api.startTwin({}, { masterKeys: `${newKey},${oldKey}` });
    const body = { entityType: "guest", externalId: "g1", data: row };
    made(await callAt(rotated.baseUrl, "POST", entities, { key: operator.key, body }));
    await rotated.stop();
    expect(await read()).toEqual(nina);
    expect(await stored()).toMatchObject({
      master_key_id: "new",
      data: { email: expect.stringMatching(/^v1\.new\./) },
    });
  });

  it("is replayed under its Idempotency-Key, and counts as another request with another ciphertext", async () => {
    made(await upsert(nina));
    const row = await listed();
    const headers = { "idempotency-key": "k1" };
    const first = await upsert(row, "g1", headers);
    made(first);
    const fresh = await listed();
    const again = await upsert(row, "g1", headers);
    expect([again.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([
      200,
      first.text,
      "true",
    ]);
    expect(await upsert(fresh, "g1", headers)).toMatchObject({ status: 422 });
  });

  it("is validated against the template with its plaintext", async () => {
    await changeTemplate({ guest: ["phone"] });
    made(await upsert(nina));
    const { phone } = await listed();
    expect(phone).toMatch(/^v1\./);
    const template = schema({ guest: ["phone"] });
    template.entity_types.guest = { required: ["email", "phone"], optional: ["name", "room"] };
    made(
      await send("PUT", `/operator-data-api/templates/${templateId}`, { name: "Hotel", schema: template }),
    );
    const answer = await upsert({ email: "n@example.com", phone });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_FAILED" } } });
    expect(answer.body.error.details).toEqual([
      { field: "data.phone", message: 'Missing required field: "phone"' },
    ]);
  });

  it("can have a field of any name", async () => {
    const name = "__proto__";
    const own = (value: unknown): Data =>
      JSON.parse(`{"email":"e@example.com","${name}":${JSON.stringify(value)}}`);
    const template = JSON.parse(JSON.stringify(schema({ guest: ["email"] })));
    template.entity_types.guest.optional.push(name);
    template.pii_fields.guest.push(name);
    made(
      await send("PUT", `/operator-data-api/templates/${templateId}`, { name: "Hotel", schema: template }),
    );
    made(await upsert(own({ a: 1 })));
    const row = await listed();
    expect(JSON.stringify(row)).toContain(`"${name}":"v1.`);
    made(await upsert(row));
    expect(JSON.stringify(await read())).toContain(`"${name}":{"a":1}`);
  });
});

describe("a ciphertext that is not this record's", () => {
  const notThis = /^is a ciphertext that was not encrypted for this field of this entity/;

  it("is rejected with its field, and nothing is stored", async () => {
    made(await upsert(nina));
    made(await upsert({ ...nina, name: "Otto" }, "g2"));
    const row = await listed();
    const theirs = await listed("g2");
    const other = await api.createOperator(api.ours, { template: false });
    made(
      await api.call("PUT", "/operator-data-api/settings", {
        key: other.key,
        body: { templateId: "tpl_igaming" },
      }),
    );
    const player = {
      entityType: "player",
      externalId: "g1",
      data: { email: "x@example.com", country: "GB", currency: "GBP" },
    };
    made(await api.call("POST", entities, { key: other.key, body: player }));
    const foreign = made<{ data: Data }[]>(await api.call("GET", entities, { key: other.key }))[0]?.data
      .email;
    const text = row.email as string;
    const flipped = `${text.slice(0, -6)}${text.at(-6) === "A" ? "B" : "A"}${text.slice(-5)}`;
    for (const email of [theirs.email, row.name, foreign, flipped, text.replace("v1.old.", "v1.gone.")]) {
      const answer = await upsert({ ...row, email });
      expect(answer.status).toBe(400);
      expect(answer.body.error.code).toBe("VALIDATION_FAILED");
      expect(answer.body.error.details).toEqual([
        { field: "data.email", message: expect.stringMatching(notThis) },
      ]);
      expect(answer.text).not.toContain(email as string);
    }
    expect(await read()).toEqual(nina);
  });

  it("is rejected in every top-level field, together with all other faults", async () => {
    made(await upsert(nina));
    const { name } = await listed();
    const answer = await upsert({ room: name, other: name });
    expect(answer.body.error.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "data.email",
      "data.other",
      "data.room",
    ]);
    const unknownType = await send("POST", entities, {
      entityType: "robot",
      externalId: "g1",
      data: { other: name },
    });
    expect(unknownType.body.error.details.map(({ field }: { field: string }) => field)).toEqual([
      "entityType",
      "data.other",
    ]);
  });

  it("is one item's error in a batch, and the others are stored", async () => {
    made(await upsert(nina));
    const { email } = await listed();
    const items = ["g1", "g2", "g3"].map((externalId) => ({
      entityType: "guest",
      externalId,
      data: { email },
    }));
    items.push({ entityType: "guest", externalId: "g4", data: { email: "g4@example.com" } });
    const { succeeded, errors } = made<{ succeeded: number; errors: Data[] }>(
      await send("POST", `${batch}/entities`, items),
    );
    expect(succeeded).toBe(2);
    expect(errors.map(({ index, externalId, code }) => [index, externalId, code])).toEqual([
      [1, "g2", "VALIDATION_FAILED"],
      [2, "g3", "VALIDATION_FAILED"],
    ]);
    expect(errors[0]?.message).toMatch(/^data\.email: is a ciphertext/);
    expect(await read()).toEqual({ email: nina.email });
  });

  it("is rejected in large numbers at once, whether or not each of them could be decrypted", async () => {
    made(await upsert(nina));
    const { email } = await listed();
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, email]));
    const some = await upsert({ email, ...many(900) });
    expect([some.status, some.body.error.code, some.body.error.details.length]).toEqual([
      400,
      "VALIDATION_FAILED",
      100,
    ]);
    const tooMany = await upsert({ email, ...many(1_000) });
    expect(tooMany.body.error.details).toEqual([
      { field: "data", message: "has more than 1000 encrypted values" },
    ]);
  });
});

describe("what is stored as it is sent", () => {
  it("a text that only resembles a ciphertext, and one below the top level", async () => {
    made(await upsert(nina));
    const { email } = await listed();
    const text = email as string;
    const data = {
      email: "n@example.com",
      short: "v1.k.AAAA",
      version: text.replace("v1.", "v2."),
      padded: `${text}=`,
      quoted: ` ${text}`,
      prefix: "v1.",
      nested: { email: text },
      list: [text],
    };
    made(await upsert(data));
    expect(await read()).toEqual(data);
  });
});
