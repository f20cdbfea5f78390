import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { cloneDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let superuser: Database;
beforeAll(async () => {
  database = await cloneDatabase();
  superuser = openDatabase({ ...database.superuser, poolMax: 1 });
});
afterAll(async () => {
  await superuser.close();
  await database.drop();
});

/** Functions that become a part of their caller's statement, and so take the search path of the function that calls them. */
const inlined = [
  "begin_write",
  "change_stamp",
  "credential_stamp",
  "key_held",
  "remember_write",
  "remembered_write",
  "template_held",
];

interface FunctionRow {
  readonly name: string;
  readonly definer: boolean;
  readonly path: string | null;
}

async function functions(): Promise<FunctionRow[]> {
  const { rows } = await superuser.pool.query<FunctionRow>(`
    select p.proname as name, p.prosecdef as definer,
      (select substr(c, 13) from unnest(p.proconfig) c where c like 'search_path=%') as path
    from pg_proc p
    where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and (p.prosecdef or p.pronamespace = 'public'::regnamespace)
    order by 1`);
  return rows;
}

it("every function searches pg_temp last, or uses the search path of its caller", async () => {
  const all = await functions();
  expect(all.length).toBeGreaterThan(30);
  const others = all.filter(({ path }) => path !== "pg_catalog, public, pg_temp");
  expect([...new Set(others.map(({ name }) => name))]).toEqual(inlined);
  expect(others.filter(({ definer, path }) => definer || path !== null)).toEqual([]);
});

/** Every function that the server or the worker may call and that runs with another role's rights, with arguments that make it run. */
const calls: Readonly<Record<string, string>> = {
  advance_erasure: "advance_erasure('ent_0', 10)",
  announce_master_keys: "announce_master_keys(array['k1'], array['\\x00'::bytea], true)",
  credential_holds: "credential_holds('\\x00', '\\x00')",
  drop_event_month: "drop_event_month()",
  enqueue_job: "enqueue_job('reseal', '')",
  erase_at_once: "erase_at_once('ent_0', 10)",
  list_operator_ids: "list_operator_ids()",
  list_platform_ids: "list_platform_ids()",
  make_event_months: "make_event_months()",
  prepare_event_month: "prepare_event_month()",
  redact_events: "redact_events('ent_0', null, null, 10)",
  resolve_operator_key: "resolve_operator_key('\\x00', null)",
  resolve_platform_key: "resolve_platform_key('\\x00')",
  resolve_session: "resolve_session('00000000-0000-4000-8000-000000000000', null)",
};

const attackers = ["onehazel_server", "onehazel_worker"] as const;

it("the calls below are all that there are", async () => {
  const { rows } = await superuser.pool.query<{ name: string }>(
    `select distinct p.proname as name
     from pg_proc p, unnest($1::text[]) role
     where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.proowner <> role::regrole
       and has_function_privilege(role, p.oid, 'execute')
     order by 1`,
    [attackers],
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(calls));
});

it.each(attackers)(
  "%s runs nothing of its own with another role's rights, even where temporary objects are allowed",
  async (attacker) => {
    await superuser.pool.query(`grant temporary on database ${database.databaseName} to ${attacker}`);
    const db = openDatabase({
      ...(attacker === "onehazel_server" ? database.server : database.worker),
      poolMax: 1,
    });
    const session = await db.pool.connect();
    try {
      // A notice outlives the rollback of a call that fails.
      const ranAs = new Set<string | undefined>();
      session.on("notice", ({ message }) => ranAs.add(message));
      await session.query(`
        create function pg_temp.note() returns boolean language plpgsql as $$
        begin
          raise notice '%', current_user;
          return false;
        end $$`);
      const { rows: tables } = await session.query<{ name: string; columns: string }>(`
        select c.relname as name,
          string_agg(format('null::%s as %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' order by a.attnum) as columns
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        group by c.relname`);
      for (const { name, columns } of tables) {
        // The offset forces PostgreSQL to execute the subquery.
        await session.query(
          `create temporary view ${name} as select ${columns} where pg_temp.note() offset 0`,
        );
        await session.query(`grant select on pg_temp.${name} to public`);
      }
      await session.query("select set_config('app.operator_id', 'op_0', false)");
      for (const call of Object.values(calls))
        await session.query(`select * from ${call}`).catch(() => undefined);
      expect([...ranAs]).toEqual([]);
      // Checks the trap itself: a statement without a search path of its own uses the temporary object.
      await session.query("select from entities");
      expect([...ranAs]).toEqual([attacker]);
    } finally {
      session.release(true);
      await db.close();
      await superuser.pool.query(`revoke temporary on database ${database.databaseName} from ${attacker}`);
    }
  },
);
