import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const path = "/operator-data-api/templates";
const entitiesPath = "/operator-data-api/entities";

const casino = {
  entity_types: { player: { required: ["email"], optional: ["nickname"] } },
  event_types: { session: { required: [], optional: ["ip_address"] } },
  state_keys: ["balance"],
  pii_fields: { player: ["email"], session: ["ip_address"] },
};

interface Template {
  readonly id: string;
  readonly schema: unknown;
}

const create = async ({ key }: TestOperator, schema: object): Promise<Template> =>
  made(await api.call("POST", path, { key, body: { name: "Casino", schema } }));
const choose = async ({ key }: TestOperator, templateId: string) =>
  made(await api.call("PUT", "/operator-data-api/settings", { key, body: { templateId } }));
const upsert = ({ key }: TestOperator, externalId: string, data: object, entityType = "player") =>
  api.call("POST", entitiesPath, { key, body: { entityType, externalId, data } });
const newcomer = () => api.createOperator(api.ours, { template: false });

describe("the bounds of a template", () => {
  it("an operator has 20 at most, however many are asked for at once", async () => {
    const operator = await newcomer();
    const body = { name: "Casino", schema: casino };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => api.call("POST", path, { key: operator.key, body })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(20).fill(201), ...Array(10).fill(400)]);
    const refused = answers.find(({ status }) => status === 400);
    expect(refused?.body.error.code).toBe("VALIDATION_FAILED");
    const { id } = answers.find(({ status }) => status === 201)?.body.data ?? {};
    made(
      await api
        .call("DELETE", `${path}/${id}`, { key: operator.key })
        .then(() => api.call("POST", path, { key: operator.key, body })),
    );
  });

  const names = (count: number) => Array.from({ length: count }, (_, n) => `field_${n}`);
  const player = (type: object) => ({ ...casino, entity_types: { player: type }, pii_fields: {} });
  const long = { required: names(200).map((name) => name.padEnd(255, "x")), optional: [] };
  const faulty: [string, string, object][] = [
    [
      "a PII field that its type lacks",
      "schema.pii_fields.player",
      { ...casino, pii_fields: { player: ["phone"] } },
    ],
    [
      "PII of a type that isn't there",
      "schema.pii_fields.ghost",
      { ...casino, pii_fields: { ghost: ["email"] } },
    ],
    [
      "a PII field named twice",
      "schema.pii_fields.player",
      { ...casino, pii_fields: { player: ["email", "email"] } },
    ],
    [
      "an event type with the name of an entity type",
      "schema.event_types.player",
      { ...casino, event_types: { player: { required: [], optional: [] } }, pii_fields: {} },
    ],
    [
      "a field both required and optional",
      "schema.entity_types.player",
      player({ required: ["email"], optional: ["email"] }),
    ],
    ["a state key named twice", "schema.state_keys", { ...casino, state_keys: ["balance", "balance"] }],
    [
      "201 fields in a type",
      "schema.entity_types.player",
      player({ required: names(100), optional: names(201).slice(100) }),
    ],
    [
      "a dotted type",
      "schema.event_types",
      { ...casino, event_types: { "a.b": { required: [], optional: [] } }, pii_fields: {} },
    ],
    ["a part missing", "schema.state_keys", { entity_types: {}, event_types: {}, pii_fields: {} }],
    ["a part too many", "schema.colour", { ...casino, colour: "red" }],
    ["more than 64 KiB", "schema", { ...casino, entity_types: { player: long, game: long }, pii_fields: {} }],
  ];
  it.each(faulty)("%s is refused, and told where", async (_, field, schema) => {
    for (const answer of [
      await api.call("POST", path, { key: api.ours.operator.key, body: { name: "Casino", schema } }),
      await api.call("PUT", `${path}/tpl_0000000000000000`, {
        key: api.ours.operator.key,
        body: { name: "Casino", schema },
      }),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([400, "VALIDATION_FAILED"]);
      const fields = answer.body.error.details.map((fault: { field: string }) => fault.field);
      expect(fields.some((name: string) => name.startsWith(field))).toBe(true);
    }
  });

  it("200 fields in a type, and names of any letters, are kept as sent", async () => {
    const schema = {
      ...player({ required: ["__proto__", "constructor", "ø🙂"], optional: names(197) }),
      pii_fields: { player: ["__proto__", "ø🙂"] },
    };
    const operator = await newcomer();
    const { id, schema: kept } = await create(operator, schema);
    expect(kept).toEqual(schema);
    await choose(operator, id);
    const data = JSON.parse('{"__proto__":"a","constructor":1,"ø🙂":"b"}');
    made(await upsert(operator, "p1", data));
    const read = await api.call("GET", `${entitiesPath}/p1`, { key: operator.key });
    expect(JSON.stringify(read.body.data.data)).toContain('"__proto__":"a"');
  });

  it("a name is 1 to 100 characters; both parts are needed", async () => {
    const { key } = api.ours.operator;
    const codeOf = async (body: object) => (await api.call("POST", path, { key, body })).body.error?.code;
    expect(await codeOf({ name: "", schema: casino })).toBe("VALIDATION_FAILED");
    expect(await codeOf({ name: "x".repeat(101), schema: casino })).toBe("VALIDATION_FAILED");
    expect(await codeOf({ name: "Casino" })).toBe("MISSING_FIELDS");
    expect(await codeOf({ schema: casino })).toBe("MISSING_FIELDS");
  });

  it("a refusal under a template of very many types stays a short one", async () => {
    const operator = await newcomer();
    const type = { required: [], optional: [] };
    const many = (prefix: string) =>
      Object.fromEntries(names(600).map((name) => [`${prefix}_type_with_a_long_name_${name}`, type]));
    const stateKeys = Array.from({ length: 200 }, (_, n) => `state_key_with_a_long_name_${n}`);
    const { id } = await create(operator, {
      entity_types: { ...many("entity"), strict: { required: names(150), optional: [] } },
      event_types: {},
      state_keys: stateKeys,
      pii_fields: {},
    });
    await choose(operator, id);
    const externalId = randomBytes(4).toString("hex");
    expect((await upsert(operator, externalId, {}, "unknown")).status).toBe(400);
    const strict = await upsert(operator, externalId, {}, "strict");
    expect([strict.status, strict.body.error.details.length]).toEqual([400, 100]);
    made(await upsert(operator, externalId, {}, "entity_type_with_a_long_name_field_0"));
    const body = { value: 1 };
    const state = `${entitiesPath}/${externalId}/state/unknown`;
    expect((await api.call("PUT", state, { key: operator.key, body })).body.error.code).toBe(
      "INVALID_STATE_KEY",
    );
  });
});
