import type { TestApi } from "../harness.js";

/** What belongs to somebody who has very much of it. */
export interface Plenty {
  /** The external id of a player with `eventsOfOneMax` events. */
  readonly player: string;
  /** The external id of a player whose events all occurred at one moment, as an import by date leaves them. */
  readonly dayTripper: string;
}

/** How many rows of each kind the first tenant gets. */
export interface Amounts {
  readonly entities: number;
  readonly events: number;
}

/** A month ago and older counts as archived. */
const archivedAfterDays = 30;

/**
 * Gives `ours` very many rows of everything that is listed, and `theirs` a tenth of it, by SQL that takes seconds where requests
 * would take hours. Events of the player lie 14 months back; entities of one type are rare.
 */
export async function makePlenty(api: TestApi, amounts: Amounts): Promise<Plenty> {
  await api.sql("select make_event_months()");
  await makeEntities(api, api.ours.operator.id, amounts.entities);
  await makeEntities(api, api.theirs.operator.id, amounts.entities / 10);
  await makeEvents(api, 1, amounts.events, "n * (interval '420 days' / $3::int)");
  await makeEvents(api, 2, amounts.events / 3, "interval '12 hours'");
  await api.sql(
    "update settings set events_archived_before = now() - $2::int * interval '1 day' where operator_id = $1",
    [api.ours.operator.id, archivedAfterDays],
  );
  for (const [operatorId, platformId] of [
    [api.ours.operator.id, api.ours.id],
    [api.theirs.operator.id, api.theirs.id],
  ]) {
    await makeRecords(api, operatorId as string);
    await makePlatformRecords(api, platformId as string);
  }
  await api.sql("vacuum analyze");
  return { player: "person-1", dayTripper: "person-2" };
}

/** The id that the nth thing of a kind has. */
const idOf = (prefix: string, n: string) => `'${prefix}_' || lpad(to_hex(${n}), 16, '0')`;

async function makeEntities(api: TestApi, operatorId: string, count: number): Promise<void> {
  await api.sql(
    `insert into entities (operator_id, id, external_id, entity_type, data, created_at, updated_at, erased_at, external_id_hash)
     select $1, ${idOf("ent", "n")},
       case when n % 50 > 0 then 'person-' || n end,
       case when n % 50 = 0 then null when n % 7 = 0 then 'game' else 'player' end,
       jsonb_build_object('n', n, 'filling', repeat('x', 200)),
       now() - n * interval '1 minute', now() - n * interval '50 seconds',
       case when n % 50 = 0 then now() end, case when n % 50 = 0 then '\\x00'::bytea end
     from generate_series(1, $2::int) n`,
    [operatorId, count],
  );
}

async function makeEvents(api: TestApi, person: number, count: number, age: string): Promise<void> {
  await api.sql(
    `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, ${idOf("ent", "$2::int")}, ${idOf("eev", "$2::bigint * 100000000 + n")},
       case when n % 5 = 0 then 'session' else 'transaction' end,
       jsonb_build_object('n', n, 'filling', repeat('x', 100)),
       date_trunc('day', now()) - ${age}
     from generate_series(1, $3::int) n`,
    [api.ours.operator.id, person, count],
  );
}

async function makeRecords(api: TestApi, operatorId: string): Promise<void> {
  await api.sql(
    `insert into audit_log (operator_id, at, actor_type, action, target_type, target_id)
     select $1, now() - n * interval '1 minute', 'operatorKey',
       case when n % 3 = 0 then 'entity.read' else 'settings.update' end, 'entity', ${idOf("ent", "n % 8")}
     from generate_series(1, 20000) n`,
    [operatorId],
  );
  await api.sql(
    `insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors, created_at)
     select $1, ${idOf("job", "n")}, 'events', 2, 2, 0, '[]', now() - n * interval '1 minute'
     from generate_series(1, 20000) n`,
    [operatorId],
  );
  await api.sql(
    `insert into retention_runs (operator_id, started_at, completed_at)
     select $1, now() - n * interval '1 hour', now() from generate_series(1, 20000) n`,
    [operatorId],
  );
}

async function makePlatformRecords(api: TestApi, platformId: string): Promise<void> {
  await api.sql(
    `insert into platform_audit_log (platform_id, at, actor_type, action, target_type, target_id)
     select $1, now() - n * interval '1 minute', 'platformKey',
       case when n % 3 = 0 then 'operator.update' else 'operator.create' end, 'operator', ${idOf("op", "n % 8")}
     from generate_series(1, 20000) n`,
    [platformId],
  );
  await api.sql(
    `insert into operators (id, platform_id, name, plan, status, pii_salt, created_at, suspended_at)
     select 'op_' || left(md5($1 || n), 16), $1, 'Casino ' || n,
       case when n % 3 = 0 then 'pro' else 'free' end,
       case when n % 4 = 0 then 'suspended' else 'active' end,
       decode(repeat('00', 32), 'hex'), now() - n * interval '1 minute',
       case when n % 4 = 0 then now() end
     from generate_series(1, 20000) n`,
    [platformId],
  );
}
