import { setTimeout as sleep } from "node:timers/promises";
import type { TestApi } from "../harness.js";
import type { Journal, Person } from "./journal.js";

const givenUpMs = 90_000;

/** Resolves with the jobs that the queue still has after everything had time to end: none, if all is well. */
export async function settledJobs(api: TestApi): Promise<unknown[]> {
  for (let waitedMs = 0; ; waitedMs += 200) {
    const jobs = await api.sql(
      `select task_identifier, attempts, max_attempts, locked_by is not null as taken, last_error
       from graphile_worker.jobs`,
    );
    if (jobs.length === 0 || waitedMs >= givenUpMs) return jobs;
    await sleep(200);
  }
}

/** Holds the database against the journal. Returns every difference, in words. */
export async function differences(api: TestApi, journal: Journal): Promise<string[]> {
  return [
    ...(await comparePeople(api, journal)),
    ...(await compareEvents(api, journal)),
    ...(await compareErasures(api, journal)),
    ...(await compareOffice(api, journal)),
    ...(await leftovers(api)),
  ];
}

async function comparePeople(api: TestApi, journal: Journal): Promise<string[]> {
  const rows = await api.sql<{ external_id: string; version: number; balance: number | null }>(
    `select e.external_id, (e.data ->> 'version')::int as version, s.value::int as balance
     from entities e
     left join states s on s.operator_id = e.operator_id and s.entity_id = e.id and s.state_key = 'balance'
     where e.operator_id = $1 and e.external_id like '%-person-%'`,
    [api.ours.operator.id],
  );
  const stored = new Map(rows.map((row) => [row.external_id, row]));
  if (stored.size < rows.length) return ["somebody is stored twice"];
  const wrong: string[] = [];
  for (const { externalId, life } of journal.people) {
    const row = stored.get(externalId);
    if ((row === undefined) !== (life === undefined)) {
      wrong.push(`${externalId} should ${life ? "" : "not "}be there`);
    } else if (row?.version !== life?.version) {
      wrong.push(`${externalId} has version ${row?.version}, was acknowledged with ${life?.version}`);
    } else if ((row?.balance ?? undefined) !== life?.balance) {
      wrong.push(`${externalId} has balance ${row?.balance}, was acknowledged with ${life?.balance}`);
    }
  }
  return wrong;
}

/** Each event has a marker of its own. */
async function compareEvents(api: TestApi, { people }: Journal): Promise<string[]> {
  const rows = await api.sql<{ marker: string; external_id: string; count: number }>(
    `select v.data ->> 'marker' as marker, e.external_id, count(*)::int as count
     from events v
     join entities e on e.operator_id = v.operator_id and e.id = v.entity_id
     where v.operator_id = $1 and v.data ? 'marker'
     group by 1, 2`,
    [api.ours.operator.id],
  );
  const doubles = rows
    .filter(({ count }) => count > 1)
    .map(({ marker, count }) => `${marker} is stored ${count} times`);
  const stored = new Map(rows.map(({ marker, external_id: externalId }) => [marker, externalId]));
  const missing = people.flatMap(({ externalId, life }: Person) =>
    [...(life?.events ?? [])]
      .filter((marker) => stored.get(marker) !== externalId)
      .map((marker) => `${marker} of ${externalId} is lost`),
  );
  const known = new Set(people.flatMap(({ life }) => [...(life?.events ?? [])]));
  const surplus = rows
    .filter(({ marker }) => !known.has(marker))
    .map(({ marker }) => `${marker} was never acknowledged or is of somebody who was erased`);
  return [...doubles, ...missing, ...surplus];
}

/** Every erasure has one receipt and one line in the log, is completed, and has counted each event once. */
async function compareErasures(api: TestApi, { erased }: Journal): Promise<string[]> {
  const rows = await api.sql<{ id: string; status: string; redacted: number; events: number; acts: number }>(
    `select r.id, r.status, r.events_redacted::int as redacted,
       (select count(*)::int from events v where v.operator_id = r.operator_id and v.entity_id = r.entity_id) as events,
       (select count(*)::int from audit_log a
        where a.operator_id = r.operator_id and a.action = 'entity.erase' and a.target_id = r.entity_id) as acts
     from erasures r
     where r.operator_id = $1`,
    [api.ours.operator.id],
  );
  const receipts = new Map(rows.map((row) => [row.id, row]));
  const wrong = rows
    .filter((row) => row.status !== "completed" || row.redacted !== row.events || row.acts !== 1)
    .map((row) => `erasure ${JSON.stringify(row)}`);
  if (rows.length !== erased.length) wrong.push(`${rows.length} erasures, ${erased.length} acknowledged`);
  for (const { externalId, erasureId, events } of erased) {
    // The acknowledgement of one whose first answer was lost has no receipt to name.
    const receipt = erasureId === undefined ? undefined : receipts.get(erasureId);
    if (erasureId !== undefined && receipt === undefined) wrong.push(`the receipt of ${externalId} is lost`);
    if (receipt !== undefined && receipt.events !== events) {
      wrong.push(`${externalId} had ${events} events when it was erased, ${receipt.events} are stored`);
    }
  }
  return wrong;
}

async function compareOffice(api: TestApi, journal: Journal): Promise<string[]> {
  const wrong: string[] = [];
  const batches = await api.sql<{ id: string }>("select id from batch_jobs where operator_id = $1", [
    api.ours.operator.id,
  ]);
  const lost = without(journal.batches, new Set(batches.map(({ id }) => id)));
  if (lost.length > 0) wrong.push(`${lost.length} batches are lost`);
  if (batches.length !== journal.batches.length) {
    wrong.push(`${batches.length} batches were run, ${journal.batches.length} acknowledged`);
  }
  const operators = await api.sql<{ name: string }>(
    "select name from operators where platform_id = $1 and name like 'Casino %'",
    [api.ours.id],
  );
  const names = operators.map(({ name }) => name).sort();
  if (names.join() !== [...journal.operators].sort().join()) {
    wrong.push(`${names.length} operators were made, ${journal.operators.length} acknowledged`);
  }
  const [settings] = await api.sql<{ days: number | null; acts: number }>(
    `select data_retention_days as days,
       (select count(*)::int from audit_log a
        where a.operator_id = s.operator_id and a.action = 'settings.update') as acts
     from settings s where operator_id = $1`,
    [api.ours.operator.id],
  );
  if ((settings?.days ?? undefined) !== journal.retentionDays)
    wrong.push("the settings are not the last ones");
  // The one beside them chose the template, before anything was killed.
  if (settings?.acts !== journal.settingsWritten + 1) {
    wrong.push(
      `settings were changed ${settings?.acts} times, acknowledged ${journal.settingsWritten + 1} times`,
    );
  }
  return wrong;
}

function without(from: readonly string[], those: ReadonlySet<string>): string[] {
  return from.filter((item) => !those.has(item));
}

/** What nobody should ever find, whatever was killed when. */
async function leftovers(api: TestApi): Promise<string[]> {
  const counts = await api.sql<{ what: string; count: number }>(
    `select 'claimed keys without a reply' as what, count(*)::int as count
     from idempotency_keys where status is null and not erased
     union all select 'claimed keys of platforms without a reply', count(*)::int
     from platform_idempotency_keys where status is null and not erased
     union all select 'events of the erased with something in them', count(*)::int
     from events v join entities e on e.operator_id = v.operator_id and e.id = v.entity_id
     where e.erased_at is not null and v.data <> '{"erased": true}'
     union all select 'states of the erased', count(*)::int
     from states s join entities e on e.operator_id = s.operator_id and e.id = s.entity_id
     where e.erased_at is not null
     union all select 'events and states of nobody', count(*)::int
     from (select operator_id, entity_id from events union all select operator_id, entity_id from states) x
     where not exists (select from entities e where e.operator_id = x.operator_id and e.id = x.entity_id)`,
  );
  return counts.filter(({ count }) => count > 0).map(({ what, count }) => `${count} ${what}`);
}
