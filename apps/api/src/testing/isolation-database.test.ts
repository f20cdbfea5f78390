import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Attempts, openAttempts, refused } from "./attempts.js";
import { startApi, type TestApi, type TestPlatform } from "./harness.js";
import { type Table, tablesOf } from "./stored.js";
import { makeThings, makeUpkeep, player } from "./things.js";

let api: TestApi;
/** Tables whose rows are somebody's, and those of them that the server has any business in. */
let tables: readonly (Table & { tenantColumn: string })[];
let served: typeof tables;
let attempts: Attempts;

beforeAll(async () => {
  api = await startApi();
  for (const tenant of [api.ours, api.theirs]) {
    await makeThings(api, tenant);
    await makeUpkeep(api, tenant);
    const headers = { "idempotency-key": "same-for-both" };
    const entity = { entityType: "player", externalId: "remembered", data: player };
    const { operator } = tenant;
    await api.call("POST", "/operator-data-api/entities", { key: operator.key, body: entity, headers });
    await api.call("POST", "/platform-api/operators", { key: tenant.key, body: { name: "Second" }, headers });
  }
  tables = (await tablesOf(api)).filter(
    (table): table is Table & { tenantColumn: "id" } => table.tenantColumn !== null,
  );
  served = tables.filter(({ name }) => name !== "user_profiles");
  attempts = openAttempts(api);
});
afterAll(async () => {
  await attempts.close();
  await api.stop();
});

const attempt: Attempts["attempt"] = (...statement) => attempts.attempt(...statement);
const idsOf = (tenant: TestPlatform) => [tenant.id, tenant.operator.id];

async function columnsToUpdate(role: string, table: string): Promise<string[]> {
  const rows = await api.sql<{ name: string }>(
    `select a.attname as name
     from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
       and has_column_privilege($2, a.attrelid, a.attnum, 'update')`,
    [table, role],
  );
  return rows.map(({ name }) => name);
}

it("there is something to hide: every such table holds rows of both tenants", async () => {
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "api_keys",
      "audit_log",
      "batch_job_subjects",
      "batch_jobs",
      "destroyed_operators",
      "entities",
      "events",
      "idempotency_keys",
      "operators",
      "platform_audit_log",
      "platforms",
      "reseal_requests",
      "retention_runs",
      "states",
      "templates",
      "user_profiles",
    ]),
  );
  for (const { name, tenantColumn } of tables) {
    for (const tenant of [api.ours, api.theirs]) {
      const rows = await api.sql(`select 1 from ${name} where ${tenantColumn} = any ($1)`, [idsOf(tenant)]);
      expect([name, rows.length > 0]).toEqual([name, true]);
    }
  }
});

it("who is linked to what, the server and the worker may not even read: a definer function answers for one user", async () => {
  const { id, operator } = api.ours;
  const scope = { "app.operator_id": operator.id, "app.platform_id": id };
  for (const role of ["server", "worker"]) {
    expect(await attempt(role, "select user_id from user_profiles", [], scope)).toBe(refused);
    expect(await attempt(role, "delete from user_profiles", [], scope)).toBe(refused);
  }
});

it("row-level security is enabled and forced on each", async () => {
  const rows = await api.sql<{ name: string }>(
    `select c.relname as name
     from pg_class c
     where c.oid = any ($1::regclass[]) and not (c.relrowsecurity and c.relforcerowsecurity)`,
    [tables.map(({ name }) => name)],
  );
  expect(rows).toEqual([]);
});

it("the parts of a table are reached through it alone, and have row-level security of their own", async () => {
  const parts = await api.sql<{ name: string; guarded: boolean }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded
     from pg_class c where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
  );
  // The default one, this month and the three to come.
  expect(parts.length).toBeGreaterThanOrEqual(5);
  for (const { name, guarded } of parts) {
    expect([name, guarded]).toEqual([name, true]);
    for (const role of ["server", "worker"]) {
      for (const text of ["select * from", "delete from"]) {
        expect([name, await attempt(role, `${text} ${name}`)]).toEqual([name, refused]);
      }
    }
    expect([name, await attempt("owner", `select * from ${name}`)]).toEqual([name, 0]);
  }
});

it("what is nobody's, the server may read at most", async () => {
  for (const { name } of (await tablesOf(api)).filter(({ tenantColumn }) => tenantColumn === null)) {
    const [row] = await api.sql(
      "select has_table_privilege('onehazel_server', $1, 'insert, update, delete, truncate') as may_write",
      [name],
    );
    expect([name, row]).toEqual([name, { may_write: false }]);
  }
});

describe("without a scope, the role of the", () => {
  for (const role of ["server", "owner", "worker"]) {
    it(`${role} sees no row and writes none`, async () => {
      for (const { name } of tables) {
        const nothing = [0, refused];
        expect(nothing).toContain(await attempt(role, `select * from ${name}`));
        expect(nothing).toContain(await attempt(role, `delete from ${name}`));
        for (const column of await columnsToUpdate(`onehazel_${role}`, name)) {
          expect(nothing).toContain(await attempt(role, `update ${name} set ${column} = ${column}`));
        }
        const [{ row } = { row: null }] = await api.sql<{ row: unknown }>(
          `select to_jsonb(t) as row from ${name} t limit 1`,
        );
        const insert = `insert into ${name} select (jsonb_populate_record(null::${name}, $1)).*`;
        expect([name, await attempt(role, insert, [JSON.stringify(row)])]).toEqual([name, refused]);
      }
    });
  }

  it("an empty scope is no scope", async () => {
    const empty = { "app.operator_id": "", "app.platform_id": "", "app.managed_operator_id": "" };
    for (const { name } of served)
      expect(await attempt("server", `select * from ${name}`, [], empty)).toBe(0);
  });
});

describe("under one tenant's scope, the server", () => {
  it("reaches no row of the other", async () => {
    for (const { name, tenantColumn } of served) {
      const { id, operator } = api.ours;
      const scope = {
        "app.operator_id": operator.id,
        "app.platform_id": id,
        "app.managed_operator_id": operator.id,
      };
      const where = `where ${tenantColumn} = any ($1)`;
      const reach = async (text: string) => attempt("server", `${text} ${where}`, [idsOf(api.theirs)], scope);
      expect(await reach(`select * from ${name}`)).toBe(0);
      expect([0, refused]).toContain(await reach(`delete from ${name}`));
      for (const column of await columnsToUpdate("onehazel_server", name)) {
        expect(await reach(`update ${name} set ${column} = ${column}`)).toBe(0);
      }
      const own = await attempt("server", `select * from ${name} ${where}`, [idsOf(api.ours)], scope);
      expect([name, Number(own) > 0]).toEqual([name, true]);
    }
  });

  it("cannot hand a row over to the other", async () => {
    const scope = { "app.operator_id": api.ours.operator.id };
    for (const name of [
      "batch_jobs",
      "entities",
      "erasures",
      "idempotency_keys",
      "reseal_requests",
      "settings",
      "states",
      "templates",
    ]) {
      const text = `update ${name} set operator_id = $1`;
      expect(await attempt("server", text, [api.theirs.operator.id], scope)).toBe(refused);
    }
  });

  it("as a platform sees keys of the operator it manages, and nothing of an operator's data", async () => {
    const { id, operator } = api.ours;
    const scope = { "app.platform_id": id, "app.managed_operator_id": operator.id };
    const seen: string[] = [];
    for (const { name } of served) {
      if (Number(await attempt("server", `select * from ${name}`, [], scope)) > 0) seen.push(name);
    }
    expect(seen).toEqual([
      "api_keys",
      "destroyed_operators",
      "operators",
      "platform_audit_log",
      "platform_idempotency_keys",
      "platform_keys",
      "platforms",
    ]);
  });
});

describe("the roles", () => {
  it("of the server and the worker own none of the tables and pass no policy by", async () => {
    const rows = await api.sql(
      `select rolname from pg_roles
       where rolname in ('onehazel_server', 'onehazel_worker', 'onehazel_auth')
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
    );
    expect(rows).toEqual([]);
    const owned = await api.sql(
      `select distinct relowner::regrole::text as owner, relnamespace::regnamespace::text as schema from pg_class
       where relowner in ('onehazel_server'::regrole, 'onehazel_worker'::regrole, 'onehazel_auth'::regrole)
         and relnamespace <> 'pg_toast'::regnamespace`,
    );
    expect(owned).toEqual([{ owner: "onehazel_worker", schema: "graphile_worker" }]);
  });

  it("may truncate nothing", async () => {
    for (const { name } of tables) expect(await attempt("server", `truncate ${name} cascade`)).toBe(refused);
  });
});

describe("to be distributed by operator,", () => {
  it("every key of a table that holds an operator's data leads with operator_id, but the look-ups of credentials", async () => {
    const rows = await api.sql(
      `select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index
       from pg_index i
       join pg_attribute first on first.attrelid = i.indrelid and first.attnum = i.indkey[0]
       where i.indisunique
         and first.attname <> 'operator_id'
         and exists (
           select from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'operator_id' and a.attnum > 0
         )
         and i.indrelid::regclass::text = any ($1)`,
      [tables.map(({ name }) => name)],
    );
    expect(rows).toEqual([
      { table: "api_keys", index: "api_keys_key_hash_key" },
      { table: "user_profiles", index: "user_profiles_pkey" },
    ]);
  });
});
