import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "./harness.js";

/** Found before any tenant is known, so they cannot lead with one: an engine that distributes keeps them everywhere. */
const lookedUpFirst: Readonly<Record<string, string>> = {
  api_keys_key_hash_key: "the key look-up",
  user_profiles_pkey: "the look-up of people",
  user_profiles_of_platform: "the people of a platform",
};

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const operatorTables = `
  select c.oid
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'operator_id' and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;

it("every key and index of every table that holds an operator's data leads with operator_id, but for the named ones", async () => {
  const others = await api.sql<{ name: string }>(`
    select i.indexrelid::regclass::text as name
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid in (${operatorTables}) and a.attname <> 'operator_id'
    order by 1`);
  expect(others.map(({ name }) => name)).toEqual(Object.keys(lookedUpFirst).sort());
});

it("tables of operators refer to each other by operator_id first, and beyond that to operators and platforms alone", async () => {
  const rows = await api.sql<{ name: string; target: string; leads: boolean }>(`
    select k.conname as name, k.confrelid::regclass::text as target,
      (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]) = 'operator_id'
      and (select a.attname from pg_attribute a where a.attrelid = k.confrelid and a.attnum = k.confkey[1]) = 'operator_id'
        as leads
    from pg_constraint k
    where k.contype = 'f' and k.conparentid = 0 and k.conrelid in (${operatorTables})`);
  expect(rows.length).toBeGreaterThan(0);
  for (const { name, target, leads } of rows) {
    expect(leads || ["operators", "platforms"].includes(target), name).toBe(true);
  }
});
