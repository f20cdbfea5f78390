-- One entity, as servers of the last release ask for it: they run on while this one's take their place. To be dropped in the next.
drop function if exists get_entity(text, text);
create or replace function get_entity(
  p_operator_id text,
  p_external_id text,
  -- All null when it is not there.
  out id text,
  out entity_type text,
  out data jsonb,
  out sealed text[],
  out created_at timestamptz,
  out updated_at timestamptz,
  p_credential_hash bytea default null,
  p_credential_stamp bytea default null
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
begin
  select e.id, e.entity_type, e.data, e.sealed, e.created_at, e.updated_at
  into id, entity_type, data, sealed, created_at, updated_at
  from get_entities(p_operator_id, array[p_external_id], p_credential_hash, p_credential_stamp) e;
end
$$;

revoke all on function get_entity from public;
grant execute on function get_entity to onehazel_server;
