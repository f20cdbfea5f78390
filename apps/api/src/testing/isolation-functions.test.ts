import { afterAll, beforeAll, expect, it } from "vitest";
import { type Attempts, openAttempts, raised } from "./attempts.js";
import { startApi, type TestApi, type TestPlatform } from "./harness.js";
import { makeThings } from "./things.js";

let api: TestApi;
let attempts: Attempts;
const attempt: Attempts["attempt"] = (...statement) => attempts.attempt(...statement);

beforeAll(async () => {
  api = await startApi();
  for (const tenant of [api.ours, api.theirs]) await makeThings(api, tenant);
  attempts = openAttempts(api);
});
afterAll(async () => {
  await attempts.close();
  await api.stop();
});

it("the roles run with another's rights only the functions that are named here", async () => {
  const definersOf = async (role: string) => {
    const rows = await api.sql<{ definer: string }>(
      `select p.proname || ' as ' || p.proowner::regrole as definer
       from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.prosecdef and p.proowner <> $1::regrole
           and has_function_privilege($1, p.oid, 'execute')
       order by 1`,
      [role],
    );
    return rows.map(({ definer }) => definer);
  };
  expect(await definersOf("onehazel_server")).toEqual([
    // The time of one row of what is nobody's, named by the id of a master key.
    "announce_master_keys as onehazel_owner",
    // Whether a key that one shows is as it was.
    "credential_holds as onehazel_auth",
    // Work for the worker, of two kinds and under the scope that is set.
    "enqueue_job as onehazel_worker",
    // The first rows about an entity that is being erased, under the scope that is set.
    "erase_at_once as onehazel_owner",
    // Events of an erased entity, under the scope that is set.
    "redact_events as onehazel_owner",
    "resolve_operator_key as onehazel_auth",
    "resolve_platform_key as onehazel_auth",
    "resolve_session as onehazel_auth",
  ]);
  expect(await definersOf("onehazel_worker")).toEqual([
    "advance_erasure as onehazel_owner",
    "announce_master_keys as onehazel_owner",
    "drop_event_month as onehazel_owner",
    "list_operator_ids as onehazel_auth",
    "list_platform_ids as onehazel_auth",
    "make_event_months as onehazel_owner",
    "prepare_event_month as onehazel_owner",
    "redact_events as onehazel_owner",
  ]);
});

it("the server redacts no events but an erased entity's, and none of the other tenant", async () => {
  const [scope, redact] = [
    { "app.operator_id": api.ours.operator.id },
    "select * from redact_events($1, null, null, 10)",
  ];
  const idsWhere = (what: string, { operator }: TestPlatform) =>
    api.sql<{ id: string }>(`select id from entities where operator_id = $1 and ${what} limit 1`, [
      operator.id,
    ]);
  const [living] = await idsWhere("erased_at is null", api.ours);
  const [erased] = await idsWhere("erased_at is not null", api.ours);
  const [foreign] = await idsWhere("erased_at is not null", api.theirs);
  expect(await attempt("server", redact, [erased?.id], scope)).toBe(1);
  expect(await attempt("server", redact, [living?.id], scope)).toBe(raised);
  expect(await attempt("server", redact, [foreign?.id], scope)).toBe(raised);
  expect(await attempt("server", redact, [erased?.id])).toBe(raised);
  // No erasure is running, so the others find nothing to do.
  const [begin, next] = [
    "select erase_at_once($1, 10)",
    "select from advance_erasure($1, 10) where not is_done",
  ];
  for (const target of [living, erased, foreign]) {
    expect(await attempt("server", begin, [target?.id], scope)).toBe(raised);
    expect(await attempt("worker", next, [target?.id], scope)).toBe(0);
  }
});

it("the server has no way into the queue but the function that names the tasks", async () => {
  const [row] = await api.sql(
    "select has_schema_privilege('onehazel_server', 'graphile_worker', 'usage, create') as may_use",
  );
  expect(row).toEqual({ may_use: false });
  const scope = { "app.operator_id": api.ours.operator.id };
  const enqueue = (task: string, under: Record<string, string>) =>
    attempt("server", "select enqueue_job($1, '')", [task], under);
  expect(await enqueue("reseal", scope)).toBe(1);
  expect(await enqueue("retention", scope)).toBe(raised);
  expect(await enqueue("reseal", {})).toBe(raised);
});
