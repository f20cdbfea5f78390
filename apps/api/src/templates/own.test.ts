import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const path = "/operator-data-api/templates";
const settingsPath = "/operator-data-api/settings";
const entitiesPath = "/operator-data-api/entities";

const casino = {
  entity_types: { player: { required: ["email"], optional: ["nickname"] } },
  event_types: { session: { required: [], optional: ["ip_address"] } },
  state_keys: ["balance"],
  pii_fields: { player: ["email"], session: ["ip_address"] },
};

interface Template {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly schema: unknown;
}

const create = async ({ key }: TestOperator, schema: object = casino, name = "Casino"): Promise<Template> =>
  made(await api.call("POST", path, { key, body: { name, schema } }));
const choose = async ({ key }: TestOperator, templateId: string) =>
  made(await api.call("PUT", settingsPath, { key, body: { templateId } }));
const change = ({ key }: TestOperator, id: string, schema: object, headers = {}) =>
  api.call("PUT", `${path}/${id}`, { key, headers, body: { name: "Casino", schema } });
const upsert = ({ key }: TestOperator, externalId: string, data: object, entityType = "player") =>
  api.call("POST", entitiesPath, { key, body: { entityType, externalId, data } });
const newcomer = () => api.createOperator(api.ours, { template: false });
const resealWanted = async ({ id }: TestOperator) =>
  (await api.sql("select 1 from reseal_requests where operator_id = $1", [id])).length === 1;

describe("a template of one's own", () => {
  it("is created as version 1, read back, and listed after the built-in ones, newest first", async () => {
    const operator = await newcomer();
    const { key } = operator;
    const first = await create(operator);
    expect(first).toMatchObject({ name: "Casino", version: "1", schema: casino });
    expect(first.id).toMatch(/^tpl_[0-9a-f]{16}$/);
    const second = await create(operator, casino, "Second");
    expect(made(await api.call("GET", `${path}/${first.id}`, { key }))).toEqual(first);
    const listed = made<Template[]>(await api.call("GET", path, { key }));
    expect(listed.map(({ id }) => id)).toEqual(["tpl_igaming", second.id, first.id]);
  });

  it("rules over writes once the settings name it, and the settings say so", async () => {
    const operator = await newcomer();
    const { id } = await create(operator);
    expect(await choose(operator, id)).toMatchObject({ template: { id, name: "Casino", version: "1" } });
    const refused = await upsert(operator, "p1", { nickname: "ada" });
    expect(refused.body.error).toMatchObject({ code: "VALIDATION_FAILED" });
    made(await upsert(operator, "p1", { email: "ada@example.com" }));
    const [row] = await api.sql<{ sealed: string[] }>("select sealed from entities where operator_id = $1", [
      operator.id,
    ]);
    expect(row?.sealed).toEqual(["email"]);
    const body = { value: 3 };
    expect(
      (await api.call("PUT", `${entitiesPath}/p1/state/balance`, { key: operator.key, body })).status,
    ).toBe(200);
  });

  it("binds at once when it changes, under the next version", async () => {
    const operator = await newcomer();
    const { id } = await create(operator);
    await choose(operator, id);
    made(await upsert(operator, "p1", { email: "ada@example.com" }));
    const stricter = {
      ...casino,
      entity_types: { player: { required: ["email", "nickname"], optional: [] } },
    };
    const changed = made<Template>(await change(operator, id, stricter));
    expect(changed).toMatchObject({ id, version: "2", schema: stricter });
    expect((await upsert(operator, "p1", { email: "ada@example.com" })).status).toBe(400);
    const settings = await api.call("GET", settingsPath, { key: operator.key });
    expect(settings.body.data.template.version).toBe("2");
  });

  it("lets no write land that was prepared under the version before", async () => {
    const operator = await newcomer();
    const { id } = await create(operator);
    await choose(operator, id);
    const write = (n: number) => upsert(operator, `p${n}`, { email: "ada@example.com", nickname: "ada" });
    const sealing = { ...casino, pii_fields: { player: ["email", "nickname"] } };
    const writes = Array.from({ length: 200 }, (_, n) =>
      n === 60 ? change(operator, id, sealing) : write(n),
    );
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 201]));
    const [late] = await api.sql<{ clear: number; sealed: number }>(
      `select count(*) filter (where not 'nickname' = any (e.sealed))::int as clear,
         count(*) filter (where 'nickname' = any (e.sealed))::int as sealed
       from entities e
       join audit_log a on a.operator_id = e.operator_id and a.action = 'template.update'
       where e.operator_id = $1 and e.updated_at > a.at`,
      [operator.id],
    );
    expect(late?.clear).toBe(0);
    expect(late?.sealed).toBeGreaterThan(0);
  });

  it("is deleted, but not while the settings name it", async () => {
    const operator = await newcomer();
    const { key } = operator;
    const { id } = await create(operator);
    await choose(operator, id);
    const inUse = await api.call("DELETE", `${path}/${id}`, { key });
    expect([inUse.status, inUse.body.error.code]).toEqual([409, "TEMPLATE_IN_USE"]);
    await choose(operator, "tpl_igaming");
    const gone = await api.call("DELETE", `${path}/${id}`, { key });
    expect([gone.status, gone.body]).toEqual([200, { success: true, message: "Template deleted" }]);
    const after = await api.call("DELETE", `${path}/${id}`, { key });
    expect([after.status, after.body.error.code]).toEqual([404, "TEMPLATE_NOT_FOUND"]);
  });

  it("is never chosen and deleted at the same time", async () => {
    const operator = await newcomer();
    for (let round = 0; round < 8; round += 1) {
      await choose(operator, "tpl_igaming");
      const { id } = await create(operator);
      const body = { templateId: id };
      const [chosen, deleted] = await Promise.all([
        api.call("PUT", settingsPath, { key: operator.key, body }),
        api.call("DELETE", `${path}/${id}`, { key: operator.key }),
      ]);
      expect([
        [200, 409],
        [404, 200],
      ]).toContainEqual([chosen.status, deleted.status]);
    }
  });

  it("may be asked for again under one Idempotency-Key: one creation, one new version", async () => {
    const operator = await newcomer();
    const { key } = operator;
    const body = { name: "Casino", schema: casino };
    const headers = { "Idempotency-Key": "template-1" };
    const [once, twice] = [
      await api.call("POST", path, { key, body, headers }),
      await api.call("POST", path, { key, body, headers }),
    ];
    expect([once.status, twice.status, twice.text]).toEqual([201, 201, once.text]);
    expect(twice.headers.get("idempotency-replayed")).toBe("true");
    const { id } = once.body.data;
    const again = { "Idempotency-Key": "template-2" };
    await change(operator, id, casino, again);
    expect((await change(operator, id, casino, again)).body.data.version).toBe("2");
    expect(made(await api.call("GET", `${path}/${id}`, { key }))).toMatchObject({ version: "2" });
  });
});

describe("what is not one's own", () => {
  it("a built-in template is listed, and by its id neither read nor changed nor deleted", async () => {
    const { key } = api.ours.operator;
    const { body } = await api.call("GET", path, { key });
    expect(body.data).toContainEqual(expect.objectContaining({ id: "tpl_igaming", version: "1.0" }));
    for (const answer of [
      await api.call("GET", `${path}/tpl_igaming`, { key }),
      await change(api.ours.operator, "tpl_igaming", casino),
      await api.call("DELETE", `${path}/tpl_igaming`, { key }),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  it("another operator's template is as unknown as one that isn't there", async () => {
    const { id } = await create(api.theirs.operator);
    const operator = api.ours.operator;
    const { key } = operator;
    const messages = new Set<string>();
    for (const unknown of [id, "tpl_0000000000000000", "tpl_nothing", "x".repeat(300), "%00"]) {
      for (const answer of [
        await api.call("GET", `${path}/${unknown}`, { key }),
        await change(operator, unknown, casino),
        await api.call("DELETE", `${path}/${unknown}`, { key }),
      ]) {
        expect([answer.status, answer.body.error.code]).toEqual([404, "TEMPLATE_NOT_FOUND"]);
        messages.add(answer.body.error.message);
      }
    }
    const chosen = await api.call("PUT", settingsPath, { key, body: { templateId: id } });
    expect([chosen.status, chosen.body.error.code]).toEqual([404, "TEMPLATE_NOT_FOUND"]);
    expect(messages.size).toBe(1);
    const listed = made<Template[]>(await api.call("GET", path, { key }));
    expect(listed.map((template) => template.id)).not.toContain(id);
    expect(made(await api.call("GET", `${path}/${id}`, { key: api.theirs.operator.key }))).toMatchObject({
      id,
      version: "1",
    });
  });
});

describe("a PII list that grows", () => {
  const more = { ...casino, pii_fields: { player: ["email", "nickname"], session: ["ip_address"] } };

  it("asks for what is stored to be sealed anew, when the template in use changes", async () => {
    const operator = await newcomer();
    const { id } = await create(operator);
    await choose(operator, id);
    await change(operator, id, { ...casino, state_keys: [] });
    expect(await resealWanted(operator)).toBe(false);
    await change(operator, id, more);
    expect(await resealWanted(operator)).toBe(true);
  });

  it("asks for it when the settings turn to a template with more PII, not to one with less", async () => {
    const operator = await newcomer();
    const [less, greater] = [await create(operator), await create(operator, more)];
    await choose(operator, greater.id);
    expect(await resealWanted(operator)).toBe(false);
    await choose(operator, less.id);
    expect(await resealWanted(operator)).toBe(false);
    await choose(operator, greater.id);
    expect(await resealWanted(operator)).toBe(true);
  });

  it("asks for nothing when the template is not the one in use", async () => {
    const operator = await newcomer();
    const { id } = await create(operator);
    await choose(operator, "tpl_igaming");
    await change(operator, id, more);
    expect(await resealWanted(operator)).toBe(false);
  });
});
