import type { TestApi } from "../harness.js";

/** As many as one statement makes. */
const chunkRows = 1_000_000;

/** Players whose creation and last change lie seconds apart, in an order of their own each. */
export async function makePlayers(api: TestApi, operatorId: string, count: number): Promise<void> {
  await inChunks(count, (from, to) =>
    api.sql(
      `insert into entities (operator_id, id, external_id, entity_type, data, created_at, updated_at)
       select $1, 'ent_' || lpad(to_hex(n), 16, '0'), 'person-' || n, 'player',
         jsonb_build_object('n', n, 'email', 'v1.' || repeat(md5(n::text), 4), 'country', 'GB'),
         now() - n * interval '3 seconds', now() - ((n::bigint * 7919) % $4::int) * interval '2 seconds'
       from generate_series($2::int, $3::int) n`,
      [operatorId, from, to, count],
    ),
  );
}

/** Events of the last 14 months: of one person, or of everybody by turns. */
export async function makePlayerEvents(
  api: TestApi,
  operatorId: string,
  { person, count }: { readonly person: number | undefined; readonly count: number },
): Promise<void> {
  await inChunks(count, (from, to) =>
    api.sql(
      `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
       select $1, 'ent_' || lpad(to_hex(coalesce($4::int, 3 + (n::bigint * 7919) % 100000)), 16, '0'),
         'eev_' || substr(md5(n || ':' || coalesce($4::int, 0)), 1, 16),
         case when n % 2 = 0 then 'session' else 'transaction' end,
         jsonb_build_object('n', n, 'amount', n % 1000, 'currency', 'GBP'),
         now() - (n::float8 / $5::int) * interval '420 days'
       from generate_series($2::int, $3::int) n`,
      [operatorId, from, to, person ?? null, count],
    ),
  );
}

async function inChunks(count: number, make: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 1; from <= count; from += chunkRows) {
    await make(from, Math.min(count, from + chunkRows - 1));
  }
}
