import type { TestApi } from "./harness.js";

/** The name of a month's partition, counted from the present month, by the database's clock. */
export async function monthName(api: TestApi, monthsAhead: number): Promise<string> {
  const [row] = await api.sql<{ name: string }>(
    `select 'events_' || to_char(
       date_trunc('month', now() at time zone 'UTC') + $1 * interval '1 month', 'YYYY_MM'
     ) as name`,
    [monthsAhead],
  );
  return row?.name as string;
}

/**
 * Makes an old month with two events of each entity in it, as a database that has been running for long has them. Returns the name of
 * its partition.
 */
export async function makeOldMonth(
  api: TestApi,
  ageMonths: number,
  entities: readonly { readonly operatorId: string; readonly id: string }[],
): Promise<string> {
  const name = await monthName(api, -ageMonths);
  const [bounds] = await api.sql<{ start: string; stop: string }>(
    `select to_date($1, '"events_"YYYY_MM')::text as start,
       (to_date($1, '"events_"YYYY_MM') + interval '1 month')::date::text as stop`,
    [name],
  );
  const { start, stop } = bounds as { start: string; stop: string };
  await api.sql(`create table ${name} (like events including all)`);
  await api.sql(`alter table ${name} owner to onehazel_owner`);
  await api.sql(`alter table ${name} enable row level security, force row level security`);
  await api.sql(
    `create policy operator_scope on ${name}
       using (operator_id = nullif(current_setting('app.operator_id', true), ''))`,
  );
  await api.sql(
    `alter table events attach partition ${name} for values from ('${start}+0') to ('${stop}+0')`,
  );
  for (const { operatorId, id } of entities) {
    await api.sql(
      `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
       select $1, $2, 'eev_' || left(md5(random()::text), 16), 'session', '{}', $3::date + interval '3 days' * n
       from generate_series(1, 2) n`,
      [operatorId, id, start],
    );
  }
  return name;
}
