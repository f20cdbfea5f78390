import type { TestApi, TestPlatform } from "../harness.js";

/** How many rows of each kind a filter has to pass before it meets the one that it is for. */
export const haystackRows = 6_000;
/** So many times as many rows of other tenants have what our rows lack. */
const othersFactor = 10;

/** The external ids of entities that have events. */
export interface Haystack {
  /** All its events are sessions, except the oldest archived one and the oldest other one. */
  readonly player: string;
  /** Most events of the operator are this one's, and all of them are old. */
  readonly whale: string;
  /** Half of its operators are active, half have the plan `pro`, and only the oldest is both. */
  readonly mixed: TestPlatform;
}

/**
 * Gives our tenant rows of everything that is listed, none of which a filter is for except the very last in the order of the list;
 * and gives other tenants ten times as many rows that the filter is for. So the statistics of a table say of each filter that almost
 * every row matches.
 */
export async function makeHaystack(api: TestApi): Promise<Haystack> {
  await api.sql("select make_event_months()");
  await makeEntities(api);
  await makeEvents(api);
  await makeAudit(api, "audit_log", "operator_id", [api.ours.operator.id, api.theirs.operator.id]);
  await makeAudit(api, "platform_audit_log", "platform_id", [api.ours.id, api.theirs.id]);
  const mixed = await api.createPlatform("mixed");
  await makeOperators(api, mixed);
  await makeKeysAndRuns(api);
  return { player: "game-1", whale: "game-2", mixed };
}

async function makeEntities(api: TestApi): Promise<void> {
  const text = `insert into entities (operator_id, id, external_id, entity_type, data, created_at, updated_at)
    select $1, 'ent_' || lpad(to_hex(n), 16, '0'), case when n = $2::int then 'needle' else 'game-' || n end,
      case when n = $2::int then $4 else $3 end, '{}',
      now() - n * interval '1 minute', now() - ($2::int - n + 100) * interval '1 second'
    from generate_series(1, $2::int) n`;
  await api.sql(text, [api.ours.operator.id, haystackRows, "game", "player"]);
  await api.sql(text, [api.theirs.operator.id, haystackRows * othersFactor, "player", "player"]);
}

async function makeEvents(api: TestApi): Promise<void> {
  const text = `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
    select $1, 'ent_' || lpad(to_hex($2::int), 16, '0'), 'eev_' || substr(md5($2 || $3 || n), 1, 16),
      case when n = $4::int then 'transaction' else $3 end, '{}',
      now() - $5::interval - n * ($6::interval / $4::int)
    from generate_series(1, $4::int) n`;
  const { ours, theirs } = api;
  await api.sql(text, [ours.operator.id, 1, "session", haystackRows, "1 hour", "25 days"]);
  await api.sql(text, [ours.operator.id, 1, "session", haystackRows, "40 days", "300 days"]);
  await api.sql(text, [
    ours.operator.id,
    2,
    "transaction",
    haystackRows * othersFactor,
    "400 days",
    "300 days",
  ]);
  await api.sql(text, [
    theirs.operator.id,
    3,
    "transaction",
    haystackRows * othersFactor,
    "1 hour",
    "25 days",
  ]);
  await api.sql(
    `insert into settings (operator_id, events_archived_before) values ($1, now() - interval '30 days')
     on conflict (operator_id) do update set events_archived_before = excluded.events_archived_before`,
    [ours.operator.id],
  );
}

/**
 * The oldest row alone has the action `key.delete` and the target `…bb`. Of the others half have the action `user.link`, half the
 * target `…aa`, and only the second oldest has both.
 */
async function makeAudit(
  api: TestApi,
  table: string,
  tenantColumn: string,
  [ours, theirs]: [string, string],
): Promise<void> {
  const text = `insert into ${table} (${tenantColumn}, at, actor_type, action, target_type, target_id)
    select $1, now() - n * interval '1 minute', 'operatorKey',
      case when n = $2::int or $3 then 'key.delete' when n % 2 = 0 or n = $2::int - 1 then 'user.link' else 'key.create' end,
      'entity',
      'ent_00000000000000' || case when n = $2::int or $3 then 'bb' when n % 2 = 1 then 'aa' else 'cc' end
    from generate_series(1, $2::int) n`;
  await api.sql(text, [ours, haystackRows, false]);
  await api.sql(text, [theirs, haystackRows * othersFactor, true]);
}

async function makeOperators(api: TestApi, mixed: TestPlatform): Promise<void> {
  const text = `insert into operators (id, platform_id, name, plan, status, pii_salt, created_at, suspended_at)
    select 'op_' || left(md5($1 || n), 16), $1, case when n = $2::int then 'Needle' else 'Casino ' || n end, plan, status,
      decode(repeat('00', 32), 'hex'), now() - n * interval '1 minute', case when status = 'suspended' then now() end
    from generate_series(1, $2::int) n
    cross join lateral (select
      case when n = $2::int or n % 2 = 0 and $3 = 'mixed' or $3 = 'active' then 'active' else 'suspended' end as status,
      case when n = $2::int or n % 2 = 1 and $3 = 'mixed' or $3 = 'active' then 'pro' else 'free' end as plan
    ) each_operator`;
  await api.sql(text, [api.ours.id, haystackRows, "suspended"]);
  await api.sql(text, [mixed.id, haystackRows, "mixed"]);
  await api.sql(text, [api.theirs.id, haystackRows * othersFactor, "active"]);
}

async function makeKeysAndRuns(api: TestApi): Promise<void> {
  const { id } = api.ours.operator;
  await api.sql(
    `insert into api_keys (operator_id, id, key_hash, created_by, created_at, revoked_at, expires_at)
     select $1, gen_random_uuid(), sha256(n::text::bytea), 'operator', now() - n * interval '1 minute',
       case when n % 2 = 0 then now() end, case when n % 2 = 1 then now() - interval '1 second' end
     from generate_series(1, $2::int) n`,
    [id, haystackRows],
  );
  await api.sql(
    `insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors, created_at)
     select $1, 'job_' || lpad(to_hex(n), 16, '0'), 'events', 2, 2, 0, '[]', now() - n * interval '1 minute'
     from generate_series(1, $2::int) n`,
    [id, haystackRows],
  );
  await api.sql(
    `insert into retention_runs (operator_id, started_at, completed_at)
     select $1, now() - n * interval '1 hour', now() from generate_series(1, $2::int) n`,
    [id, haystackRows],
  );
}
