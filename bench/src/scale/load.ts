import { type ConnectionOptions, openDatabase } from "@onehazel/db";

/** How much a database holds. */
export interface Amounts {
  readonly operators: number;
  /** Of all operators together, by turns. */
  readonly entities: number;
  /** Of all together; an entity has `eventsEach` of them or none. */
  readonly events: number;
}

export const eventsEach = 100;

/** How many entities have events: those of the lowest numbers. */
export const subjectsOf = ({ events }: Amounts) => Math.ceil(events / eventsEach);

const keyPrefix = `oh_live_${"0".repeat(55)}`;
const chunkRows = 1_000_000;

/** The key of the nth operator; `n` as a request pads it. */
export const keyOf = (n: string) => keyPrefix + n;

const operators = `
  insert into platforms (id, name) values ('plat_0000000000000001', 'Bench')`;
const operatorRows = `
  insert into operators (id, platform_id, name, pii_salt, configuration)
  select 'op_' || lpad(to_hex(n), 16, '0'), 'plat_0000000000000001', 'Casino ' || n,
    sha256(convert_to('salt ' || n, 'UTF8')),
    '{"rateLimits":{"realtime":1000000,"batch":1000000,"read":1000000}}'
  from generate_series(1, $1::int) n`;
const settingRows = `
  insert into settings (operator_id, template_id)
  select id, 'tpl_igaming' from operators`;
const keyRows = `
  insert into api_keys (operator_id, id, key_hash, created_by)
  select 'op_' || lpad(to_hex(n), 16, '0'), gen_random_uuid(),
    sha256(convert_to($2 || lpad(n::text, 9, '0'), 'UTF8')), 'platform'
  from generate_series(1, $1::int) n`;

/** As wide as if five fields were sealed. Sealed they are not: that would take a key, and costs the same in every database. */
const entityRows = `
  insert into entities (operator_id, id, external_id, entity_type, data, created_at, updated_at)
  select 'op_' || lpad(to_hex(1 + (n - 1) % $1::int), 16, '0'), 'ent_' || substr(md5(n::text), 1, 16),
    'player_' || lpad(n::text, 9, '0'), 'player',
    jsonb_build_object(
      'first_name', md5('a' || n) || md5('b' || n), 'last_name', md5('c' || n) || md5('d' || n),
      'email', md5('e' || n) || md5('f' || n) || md5('g' || n), 'phone', md5('h' || n) || md5('i' || n),
      'date_of_birth', md5('j' || n) || md5('k' || n), 'country', 'GB', 'currency', 'GBP', 'status', 'active'
    ),
    now() - n * interval '1 second', now() - ((n::bigint * 7919) % 1000000) * interval '1 second'
  from generate_series($2::int, $3::int) n`;
const eventRows = `
  insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
  select 'op_0000000000000001', 'ent_' || substr(md5((1 + (n::bigint * 7919) % $1::int)::text), 1, 16),
    'eev_' || substr(md5(n::text), 1, 16), case when n % 2 = 0 then 'session' else 'transaction' end,
    jsonb_build_object('type', 'deposit', 'amount', n % 1000, 'currency', 'GBP', 'reference', 'TX-' || n),
    now() - (1 - n::float8 / $4::int) * interval '360 days'
  from generate_series($2::int, $3::int) n`;

/** Fills an empty database as its superuser, by statements that take seconds where requests would take hours. */
export async function fill(superuser: ConnectionOptions, amounts: Amounts): Promise<void> {
  const db = openDatabase({ ...superuser, poolMax: 1 });
  const run = (text: string, values: unknown[] = []) => db.pool.query(text, values);
  try {
    // What is lost by a crash now is made again by the next run.
    await run("set synchronous_commit = off");
    await run("select make_event_months()");
    await run(operators);
    await run(operatorRows, [amounts.operators]);
    await run(settingRows);
    await run(keyRows, [amounts.operators, keyPrefix]);
    for (const [from, to] of chunks(amounts.entities)) await run(entityRows, [amounts.operators, from, to]);
    for (const [from, to] of chunks(amounts.events)) {
      await run(eventRows, [subjectsOf(amounts), from, to, amounts.events]);
    }
    await run("vacuum analyze");
    await run("checkpoint");
  } finally {
    await db.close();
  }
}

function chunks(count: number): [number, number][] {
  const starts = Array.from({ length: Math.ceil(count / chunkRows) }, (_, index) => 1 + index * chunkRows);
  return starts.map((from) => [from, Math.min(count, from + chunkRows - 1)]);
}
