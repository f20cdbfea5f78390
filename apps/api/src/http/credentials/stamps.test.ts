import { createHash } from "node:crypto";
import { openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../../testing/harness.js";
import { expireByItself } from "../../testing/short-lived.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** What the database hands out for a key. */
async function resolve(operator: TestOperator): Promise<{ hash: Buffer; stamp: Buffer }> {
  const hash = createHash("sha256").update(operator.key).digest();
  const [row] = await api.sql<{ stamp: Buffer }>("select stamp from resolve_operator_key($1, null)", [hash]);
  return { hash, stamp: row?.stamp as Buffer };
}

async function holds({ hash, stamp }: { hash: Buffer; stamp: Buffer }): Promise<boolean> {
  const [row] = await api.sql<{ holds: boolean }>("select credential_holds($1, $2) as holds", [hash, stamp]);
  return row?.holds as boolean;
}

/** An operator that goes by a template of its own. */
async function newcomer(): Promise<TestOperator> {
  const operator = await api.createOperator(api.ours);
  const ask = async <T>(method: string, path: string, body?: object) =>
    made<T>(await api.call(method, `/operator-data-api/${path}`, { key: operator.key, body }));
  const [{ schema } = {}] = await ask<{ schema: object }[]>("GET", "templates");
  const { id: templateId } = await ask<{ id: string }>("POST", "templates", { name: "Own", schema });
  await ask("PUT", "settings", { templateId });
  return operator;
}

const ofKey = "update api_keys set";
const ofOperator = "update operators set";
const ofSettings = "update settings set";
const itsKey = "where operator_id = $1";
const itself = "where id = $1";

describe("a credential that was resolved a moment ago", () => {
  it.each([
    `${ofKey} access = 'read' ${itsKey}`,
    `${ofKey} revoked_at = now() ${itsKey}`,
    `${ofKey} expires_at = now() ${itsKey}`,
    `${ofKey} expires_at = now() + interval '1 day' ${itsKey}`,
    `delete from api_keys ${itsKey}`,
    `${ofOperator} status = 'suspended', suspended_at = now() ${itself}`,
    `${ofOperator} pii_salt = sha256(pii_salt) ${itself}`,
    `${ofOperator} configuration = '{"rateLimits": {"read": 1}}' ${itself}`,
    `${ofSettings} template_id = 'tpl_igaming' ${itsKey}`,
    `${ofSettings} template_id = null ${itsKey}`,
    `delete from settings ${itsKey}`,
    `update templates set version = version + 1 ${itsKey}`,
    `update templates set schema = '{}' ${itsKey}`,
    `delete from templates ${itsKey}`,
  ])("holds no longer after %s", async (change) => {
    const operator = await newcomer();
    const resolved = await resolve(operator);
    expect(await holds(resolved)).toBe(true);
    await api.sql(change, [operator.id]);
    expect(await holds(resolved)).toBe(false);
  });

  it.each([
    `${ofKey} last_used_at = now() ${itsKey}`,
    `${ofKey} label = 'Other' ${itsKey}`,
    `${ofOperator} name = 'Other', contact_email = 'ops@example.com', updated_at = now() ${itself}`,
    `${ofSettings} data_retention_days = 90, events_archived_before = now() ${itsKey}`,
    `update templates set name = 'Other' ${itsKey}`,
  ])("still holds after %s", async (change) => {
    const operator = await newcomer();
    const resolved = await resolve(operator);
    await api.sql(change, [operator.id]);
    expect(await holds(resolved)).toBe(true);
  });

  it("holds no longer once its operator has settings", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    const resolved = await resolve(operator);
    expect(await holds(resolved)).toBe(true);
    const body = { templateId: "tpl_igaming" };
    await api.call("PUT", "/operator-data-api/settings", { key: operator.key, body });
    expect(await holds(resolved)).toBe(false);
  });

  it("holds no longer after a migration of a built-in template, which is left without a scope", async () => {
    const all = await Promise.all([api.ours, api.theirs].map(({ operator }) => resolve(operator)));
    const owner = openDatabase({ ...api.database.owner, poolMax: 1 });
    const scope = await owner.knex.transaction<string>(async (tx) => {
      await tx("builtin_templates").where({ id: "tpl_igaming" }).update({ version: "1.1" });
      const { rows } = await tx.raw("select current_setting('app.operator_id', true) as scope");
      return rows[0].scope;
    });
    await owner.close();
    expect([scope, ...(await Promise.all(all.map(holds)))]).toEqual(["", false, false]);
  });

  it("expires by itself", async () => {
    const operator = await newcomer();
    const expire =
      "update api_keys set expires_at = now() + $2 * interval '1 millisecond' where operator_id = $1";
    const resolved = await expireByItself(async (lifetimeMs) => {
      await api.sql(expire, [operator.id, lifetimeMs]);
      const fresh = await resolve(operator).catch(() => undefined);
      return fresh !== undefined && (await holds(fresh)) ? fresh : undefined;
    });
    expect(await holds(resolved)).toBe(false);
  });
});
