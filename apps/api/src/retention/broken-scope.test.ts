import { openDatabase } from "@onehazel/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { makeOldMonth } from "../testing/old-month.js";
import { startProgram, urlOf } from "../testing/program.js";
import { storedDigest } from "../testing/stored.js";
import { makeThings } from "../testing/things.js";
import { addJob, startTestWorker } from "../testing/worker.js";

let api: TestApi;
/** Keeps its events for 60 days, so that it has let the old month go. */
let brief: TestOperator;
/** Keeps everything for ever. */
let keeper: TestOperator;
let partition: string;
beforeEach(async () => {
  api = await startApi();
  brief = await api.createOperator(api.ours);
  keeper = await api.createOperator(api.theirs);
  await makeThings(api, { ...api.ours, operator: brief });
  await makeThings(api, { ...api.theirs, operator: keeper });
  const body = { dataRetentionDays: 60 };
  await api.call("PUT", "/operator-data-api/settings", { key: brief.key, body });
  partition = await makeOldMonth(api, 6, [
    { operatorId: brief.id, id: "ent_0000000000000001" },
    { operatorId: keeper.id, id: "ent_0000000000000002" },
  ]);
});
afterEach(() => api.stop());

const dropMonth = async () => {
  const worker = openDatabase({ ...api.database.worker, poolMax: 1 });
  try {
    const { rows } = await worker.pool.query<{ month: Date | null }>("select drop_event_month() as month");
    return rows[0]?.month ?? null;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await worker.close();
  }
};
const eventsOf = async ({ id }: TestOperator) =>
  (await api.sql(`select from ${partition} where operator_id = $1`, [id])).length;
const sql = async (...statements: string[]) => {
  for (const statement of statements) await api.sql(statement);
};

/** What a pooler, another engine or a mistake can do to the scope; each hides from the functions what is there. */
const breaks: Readonly<Record<string, readonly string[]>> = {
  "the setting is not applied": [
    "alter policy operator_scope on events using (operator_id = nullif(current_setting('app.elsewhere', true), ''))",
  ],
  "a policy hides every event": ["alter policy operator_scope on events using (false)"],
  "another policy hides them on top": ["create policy nothing on events as restrictive using (false)"],
  "the policies of the partition hide them, too": [
    "alter policy operator_scope on events using (false)",
    "alter policy operator_scope on :partition using (false)",
  ],
  "there is no policy": ["drop policy operator_scope on events"],
  "no operator is seen": ["alter policy credential_lookup on operators using (false)"],
  "the operator who keeps is not seen": [
    "alter policy credential_lookup on operators using (id <> ':keeper')",
  ],
  "nobody's settings are seen": ["alter policy credential_lookup on settings using (false)"],
};

describe("a month of events that an operator keeps stays where", () => {
  it.each(Object.entries(breaks))("%s", async (_, statements) => {
    await sql(
      ...statements.map((text) => text.replace(":partition", partition).replace(":keeper", keeper.id)),
    );
    const outcome = await dropMonth();
    expect(await eventsOf(keeper)).toBe(2);
    expect(await eventsOf(brief)).toBe(2);
    expect([null, "40001"]).toContain(outcome);
    expect(await api.sql("select from retention_runs where operator_id = $1", [keeper.id])).toEqual([]);
    const [table] = await api.sql(
      "select relforcerowsecurity as forced from pg_class where oid = $1::regclass",
      [partition],
    );
    expect(table).toEqual({ forced: true });
  });

  it("row-level security binds the function's owner, who does not own the partition", async () => {
    await sql("drop policy operator_scope on events", `alter table ${partition} owner to postgres`);
    expect(await dropMonth()).toBe("42501");
    expect(await eventsOf(keeper)).toBe(2);
  });

  it("its bounds are another month's", async () => {
    await sql(`delete from ${partition}`, `alter table ${partition} rename to events_2001_01`);
    expect(await dropMonth()).toBeNull();
    expect(await api.sql("select to_regclass('events_2001_01') is not null as there")).toEqual([
      { there: true },
    ]);
  });

  it("an unknown operator has events in it", async () => {
    await sql(`update ${partition} set operator_id = 'op_unknown' where operator_id = '${keeper.id}'`);
    expect(await dropMonth()).toBe("40001");
    expect(await api.sql(`select from ${partition} where operator_id = 'op_unknown'`)).toHaveLength(2);
  });
});

it("a month that must stay does not block the drop of a later month that no operator keeps", async () => {
  await sql(`update ${partition} set operator_id = 'op_unknown' where operator_id = '${keeper.id}'`);
  const later = await makeOldMonth(api, 5, [{ operatorId: brief.id, id: "ent_0000000000000001" }]);
  expect(await dropMonth()).toBeInstanceOf(Date);
  expect(await api.sql("select to_regclass($1) as there", [later])).toEqual([{ there: null }]);
  expect(await dropMonth()).toBe("40001");
});

it("once the scope works again, a month that no operator keeps is dropped and counted", async () => {
  await sql(...(breaks["a policy hides every event"] ?? []));
  expect(await dropMonth()).toBe("40001");
  await sql(
    "alter policy operator_scope on events using (operator_id = nullif(current_setting('app.operator_id', true), ''))",
  );
  expect(await dropMonth()).toBeNull();
  await api.call("PUT", "/operator-data-api/settings", { key: keeper.key, body: { dataRetentionDays: 60 } });
  expect(await dropMonth()).toBeInstanceOf(Date);
  const runs = await api.sql("select events_removed from retention_runs where operator_id = any ($1)", [
    [brief.id, keeper.id],
  ]);
  expect(runs).toEqual([{ events_removed: "2" }, { events_removed: "2" }]);
});

it("the daily jobs remove no row that its operator keeps while scopes have no effect", async () => {
  const tables = await api.sql<{ name: string }>(
    "select distinct tablename as name from pg_policies where policyname = 'operator_scope' and tablename !~ '^events_'",
  );
  for (const { name } of tables) await sql(`alter policy operator_scope on ${name} using (false)`);
  const tenant = { operatorId: keeper.id, platformId: api.theirs.id };
  const before = await storedDigest(api, tenant);
  const worker = await startTestWorker(api);
  for (const task of ["event-months", "retention"]) await addJob(api, task);
  await addJob(api, "retain", keeper.id);
  const pending = () =>
    api.sql("select from graphile_worker.jobs where attempts = 0 or locked_at is not null");
  await expect.poll(async () => (await pending()).length).toBe(0);
  await worker.stop();
  expect(await storedDigest(api, tenant)).toEqual(before);
});

it("an operator whose row is hidden from its platform's scope does not count as destroyed", async () => {
  await sql(
    `update operators set status = 'suspended', suspended_at = now() - interval '31 days' where id = '${brief.id}'`,
    "alter policy platform_scope on operators using (false)",
    "drop policy operator_scope on operators",
  );
  const tenant = { operatorId: brief.id, platformId: "-" };
  const before = await storedDigest(api, tenant);
  const program = startProgram("admin", {
    env: { DATABASE_OWNER_URL: urlOf(api.database.owner) },
    args: ["operator:destroy", brief.id, "--yes"],
  });
  expect(await program.ended).toBe(1);
  expect(program.stderr()).toContain("cannot be seen");
  expect(await storedDigest(api, tenant)).toEqual(before);
});
