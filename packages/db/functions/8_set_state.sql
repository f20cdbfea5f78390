-- One state, one round trip. Last write wins.
drop function if exists set_state(text, text, text, jsonb, text, text, bytea, bytea, text);
create or replace function set_state(
  p_operator_id text,
  p_external_id text,
  p_state_key text,
  p_value jsonb,
  p_template_ref text,
  -- What to answer: it does not depend on what is stored.
  p_reply text,
  -- Null without an Idempotency-Key.
  p_key_hash bytea,
  p_fingerprint bytea,
  p_fingerprint_master_key_id text,
  -- Of an operator's key: it is resolved anew when it is not as it was. Both null for a session, which the server has just resolved;
  -- a stamp alone where an earlier call of this transaction has held it.
  p_credential_hash bytea default null,
  p_credential_stamp bytea default null
)
returns write_outcome
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_held boolean := p_key_hash is null or key_held(p_key_hash);
  v_done boolean := begin_write(p_operator_id, p_credential_hash, p_credential_stamp);
  v_written write_outcome;
  v_entity_id text;
begin
  if p_key_hash is not null then
    v_written := remembered_write(p_operator_id, p_key_hash);
    if v_written.outcome is not null then
      return v_written;
    end if;
  end if;

  if p_credential_hash is null and p_credential_stamp is null then
    perform require_template(p_operator_id, p_template_ref);
  end if;

  insert into states as s (operator_id, entity_id, state_key, value, updated_at)
  select p_operator_id, e.id, p_state_key, p_value, clock_timestamp()
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id
  -- Locked, so that nothing lands after its erasure.
  for key share
  on conflict (operator_id, entity_id, state_key) do update
    set value = excluded.value, updated_at = excluded.updated_at
  returning entity_id into v_entity_id;
  if not found then
    return row('missing', null, null, null, null, null)::write_outcome;
  end if;

  if p_key_hash is not null then
    v_done := remember_write(p_operator_id, p_key_hash, p_fingerprint, p_fingerprint_master_key_id, p_external_id, v_entity_id, 200, p_reply);
  end if;
  return row('executed', 200, p_reply, null, null, null)::write_outcome;
end
$$;

revoke all on function set_state from public;
grant execute on function set_state to onehazel_server;
