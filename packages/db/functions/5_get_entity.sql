drop function if exists get_entity(text, text);
create or replace function get_entity(
  p_operator_id text,
  p_external_id text,
  out id text,
  out entity_type text,
  out data jsonb,
  out sealed text[],
  out created_at timestamptz,
  out updated_at timestamptz,
  -- Of an operator's key: it is resolved anew when it is not as it was. Both null for a session, which the server has just resolved;
  -- a stamp alone where an earlier call of this transaction has held it.
  p_credential_hash bytea default null,
  p_credential_stamp bytea default null
)
language plpgsql volatile
set search_path = pg_catalog, public
as $$
declare
  v_scope text := set_config('app.operator_id', p_operator_id, true);
begin
  if p_credential_hash is not null and not credential_holds(p_credential_hash, p_credential_stamp) then
    raise exception 'the credential has changed' using errcode = 'OH003';
  end if;

  select e.id, e.entity_type, e.data, e.sealed, e.created_at, e.updated_at
  into id, entity_type, data, sealed, created_at, updated_at
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id;
end
$$;

revoke all on function get_entity from public;
grant execute on function get_entity to onehazel_server;
