create or replace function get_entity(
  p_operator_id text,
  p_external_id text,
  out id text,
  out entity_type text,
  out data jsonb,
  out sealed text[],
  out created_at timestamptz,
  out updated_at timestamptz
)
language plpgsql volatile
set search_path = pg_catalog, public
as $$
begin
  perform set_config('app.operator_id', p_operator_id, true);

  select e.id, e.entity_type, e.data, e.sealed, e.created_at, e.updated_at
  into id, entity_type, data, sealed, created_at, updated_at
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id;
end
$$;

revoke all on function get_entity from public;
grant execute on function get_entity to onehazel_server;
