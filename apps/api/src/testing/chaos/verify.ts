import { setTimeout as sleep } from "node:timers/promises";
import type { TestApi, TestPlatform } from "../harness.js";
import type { Journal } from "./journal.js";
import { Tally } from "./tally.js";

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

/** Holds the database against the journal of one tenant. */
export async function compare(api: TestApi, tenant: TestPlatform, journal: Journal): Promise<Tally> {
  const tally = new Tally();
  for (const check of [comparePeople, compareEvents, compareErasures, compareBatches, compareOffice]) {
    await check(api, tenant, journal, tally);
  }
  tally.wrong.push(...(await leftovers(api)));
  return tally;
}

type Check = (api: TestApi, tenant: TestPlatform, journal: Journal, tally: Tally) => Promise<void>;

const comparePeople: Check = async (api, { operator }, { people }, tally) => {
  const rows = await api.sql<{ external_id: string; version: number; balance: number | null }>(
    `select e.external_id, (e.data ->> 'version')::int as version, s.value::int as balance
     from entities e
     left join states s on s.operator_id = e.operator_id and s.entity_id = e.id and s.state_key = 'balance'
     where e.operator_id = $1 and e.external_id like '%-person-%'`,
    [operator.id],
  );
  const stored = new Map(rows.map((row) => [row.external_id, row]));
  for (let surplus = stored.size; surplus < rows.length; surplus += 1) {
    tally.duplicated.push("somebody is stored twice");
  }
  for (const { externalId, life } of people) {
    const row = stored.get(externalId);
    tally.latest(life?.version, row?.version, `the version of ${externalId}`);
    tally.latest(life?.balance, row?.balance ?? undefined, `the balance of ${externalId}`);
  }
};

/** Each event has a marker of its own. */
const compareEvents: Check = async (api, { operator }, { people }, tally) => {
  const rows = await api.sql<{ marker: string; external_id: string; count: number }>(
    `select v.data ->> 'marker' as marker, e.external_id, count(*)::int as count
     from events v
     join entities e on e.operator_id = v.operator_id and e.id = v.entity_id
     where v.operator_id = $1 and v.data ? 'marker'
     group by 1, 2`,
    [operator.id],
  );
  const counts = new Map(rows.map((row) => [`${row.marker} of ${row.external_id}`, row.count]));
  for (const { externalId, life } of people) {
    for (const marker of life?.events ?? []) {
      const event = `${marker} of ${externalId}`;
      tally.count(1, counts.get(event) ?? 0, event);
      counts.delete(event);
    }
  }
  for (const event of counts.keys()) {
    tally.wrong.push(`${event} was never acknowledged or is of somebody who was erased`);
  }
};

/** Every erasure has one receipt and one line in the log, is completed, and has counted each event once. */
const compareErasures: Check = async (api, { operator }, { erased }, tally) => {
  const rows = await api.sql<{ id: string; status: string; redacted: number; events: number; acts: number }>(
    `select r.id, r.status, r.events_redacted::int as redacted,
       (select count(*)::int from events v where v.operator_id = r.operator_id and v.entity_id = r.entity_id) as events,
       (select count(*)::int from audit_log a
        where a.operator_id = r.operator_id and a.action = 'entity.erase' and a.target_id = r.entity_id) as acts
     from erasures r
     where r.operator_id = $1`,
    [operator.id],
  );
  tally.count(erased.length, rows.length, "erasures");
  for (const row of rows) {
    if (row.status !== "completed" || row.redacted !== row.events || row.acts !== 1) {
      tally.wrong.push(`erasure ${JSON.stringify(row)}`);
    }
  }
  const receipts = new Map(rows.map((row) => [row.id, row]));
  for (const { externalId, erasureId, events } of erased) {
    // The acknowledgement of one whose first answer was lost has no receipt to name.
    if (erasureId === undefined) continue;
    const receipt = receipts.get(erasureId);
    if (receipt === undefined) tally.wrong.push(`the receipt of ${externalId} is not there`);
    else tally.count(events, receipt.events, `events of ${externalId}, who was erased`);
  }
};

const compareBatches: Check = async (api, { operator }, { batches }, tally) => {
  const rows = await api.sql<{ id: string }>("select id from batch_jobs where operator_id = $1", [
    operator.id,
  ]);
  const stored = new Set(rows.map(({ id }) => id));
  tally.count(batches.length, rows.length, "batches");
  for (const id of batches) if (!stored.has(id)) tally.wrong.push(`the job of batch ${id} is not there`);
};

const compareOffice: Check = async (api, { id, operator }, journal, tally) => {
  const rows = await api.sql<{ name: string; count: number }>(
    `select name, count(*)::int as count from operators
     where platform_id = $1 and name like 'Casino %'
     group by 1`,
    [id],
  );
  const counts = new Map(rows.map(({ name, count }) => [name, count]));
  for (const name of journal.operators) {
    tally.count(1, counts.get(name) ?? 0, `operator ${name}`);
    counts.delete(name);
  }
  for (const name of counts.keys()) tally.wrong.push(`operator ${name} was never acknowledged`);
  const [settings] = await api.sql<{ days: number | null; acts: number }>(
    `select data_retention_days as days,
       (select count(*)::int from audit_log a
        where a.operator_id = s.operator_id and a.action = 'settings.update') as acts
     from settings s where operator_id = $1`,
    [operator.id],
  );
  if ((settings?.days ?? undefined) !== journal.retentionDays)
    tally.wrong.push("the settings are not the last ones");
  // One beside them chose the template, before anything was broken.
  tally.count(journal.settingsWritten + 1, settings?.acts ?? 0, "changes of settings");
};

/** What nobody should ever find, whatever was broken when. */
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
