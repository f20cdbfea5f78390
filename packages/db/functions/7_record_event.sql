-- One event, one round trip.
drop function if exists record_event(text, text, text, text, jsonb, text[], text, timestamptz, text, bytea, bytea, text);
create or replace function record_event(
  p_operator_id text,
  p_external_id text,
  p_id text,
  p_event_type text,
  p_data jsonb,
  p_sealed text[],
  p_master_key_id text,
  p_occurred_at timestamptz,
  p_template_ref text,
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
  v_data text;
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

  insert into events (operator_id, entity_id, id, event_type, data, sealed, master_key_id, occurred_at)
  select p_operator_id, e.id, p_id, p_event_type, p_data, p_sealed, p_master_key_id, p_occurred_at
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id
  -- Locked, so that nothing lands after its erasure.
  for key share
  returning entity_id into v_entity_id;
  if not found then
    return row('missing', null, null, null, null, null)::write_outcome;
  end if;

  v_data := '{"success":true,"data":{"id":"' || p_id || '"';
  -- A repeat is told so: another status and another body than the first reply, as the spec has it.
  if p_key_hash is not null then
    v_done := remember_write(p_operator_id, p_key_hash, p_fingerprint, p_fingerprint_master_key_id, p_external_id, v_entity_id, 200, v_data || ',"action":"duplicate"}}');
  end if;
  return row('executed', 201, v_data || '}}', null, null, null)::write_outcome;
end
$$;

revoke all on function record_event from public;
grant execute on function record_event to onehazel_server;
