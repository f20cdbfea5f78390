-- Entities by their external ids, in one round trip. One that is not there has no row.
create or replace function get_entities(
  p_operator_id text,
  p_external_ids text[],
  -- Of an operator's key: it is resolved anew when it is not as it was. Null for a session, which the server has just resolved.
  p_credential_hash bytea,
  p_credential_stamp bytea
)
returns table (
  external_id text,
  id text,
  entity_type text,
  data jsonb,
  sealed text[],
  created_at timestamptz,
  updated_at timestamptz
)
language plpgsql volatile rows 4
set search_path = pg_catalog, public, pg_temp
-- A plan made for as many ids as there are looks cheaper each time, and costs more to make than to carry out.
set plan_cache_mode = force_generic_plan
as $$
declare
  v_scope text := set_config('app.operator_id', p_operator_id, true);
begin
  if p_credential_hash is not null and not credential_holds(p_credential_hash, p_credential_stamp) then
    raise exception 'the credential has changed' using errcode = 'OH003';
  end if;

  return query
  select e.external_id, e.id, e.entity_type, e.data, e.sealed, e.created_at, e.updated_at
  from entities e
  where e.operator_id = p_operator_id and e.external_id = any (p_external_ids);
end
$$;

revoke all on function get_entities from public;
grant execute on function get_entities to onehazel_server;
