import { type ConnectionOptions, openDatabase } from "@onehazel/db";

/** What the ceiling's one tenant is called. */
export const operatorId = "op_0000000000000001";
/** Of its only key; the caller sends it as it is. */
export const keyHash = "00".repeat(32);

/**
 * Tables with the columns, checks and indexes of ours, in a schema of their own, without policies, foreign keys and months: what the
 * least program would write to.
 */
const tables = `
  create schema bare;
  create table bare.entities (like public.entities including all);
  create table bare.events (like public.events including all);
  create table bare.api_keys (like public.api_keys including all);
  create role bare login;
  grant usage on schema bare to bare;
  grant select, insert, update, delete on all tables in schema bare to bare;
  insert into bare.api_keys (operator_id, id, key_hash, created_by)
  values ('${operatorId}', gen_random_uuid(), '\\x${keyHash}', 'platform');
`;

export const statements = {
  upsert: `
    insert into bare.entities as e (operator_id, id, external_id, entity_type, data, created_at, updated_at)
    values ($1, $2, $3, $4, $5, now(), now())
    on conflict (operator_id, external_id) do update
      set entity_type = excluded.entity_type,
        data = excluded.data,
        updated_at = excluded.updated_at
    returning e.id`,
  read: `
    select id, external_id, entity_type, data, created_at, updated_at
    from bare.entities
    where operator_id = $1 and external_id = $2`,
  event: `
    insert into bare.events (operator_id, entity_id, id, event_type, data, occurred_at)
    select $1, e.id, $2, $3, $4, now()
    from bare.entities e
    where e.operator_id = $1 and e.external_id = $5
    returning id`,
  list: `
    select id, external_id, entity_type, data, created_at, updated_at
    from bare.entities
    where operator_id = $1 and erased_at is null
    order by created_at desc, id desc
    limit 50`,
  key: "select operator_id, revoked_at, expires_at from bare.api_keys where key_hash = $1",
} as const;

/** Makes the tables in the database of a superuser's connection. */
export async function makeBareTables(superuser: ConnectionOptions): Promise<ConnectionOptions> {
  const db = openDatabase({ ...superuser, poolMax: 1 });
  try {
    await db.pool.query(tables);
  } finally {
    await db.close();
  }
  return { ...superuser, user: "bare" };
}
