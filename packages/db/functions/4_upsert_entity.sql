-- One upsert, one round trip: scope, idempotency, template guard, write and remembered reply commit together or not at all.
-- Each statement runs under the scope that the first one sets, with a snapshot of its own.
drop function if exists upsert_entity(text, text, text, text, jsonb, text[], text, text, bytea, bytea, text);
create or replace function upsert_entity(
  p_operator_id text,
  -- Used if the entity is new.
  p_id text,
  p_external_id text,
  p_entity_type text,
  p_data jsonb,
  p_sealed text[],
  p_master_key_id text,
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
  v_id text;
  v_stamp timestamptz;
  v_status smallint;
  v_reply text;
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
  v_stamp := change_stamp(p_operator_id);

  insert into entities as e (
    operator_id, id, external_id, entity_type, data, sealed, master_key_id, created_at, updated_at
  )
  values (
    p_operator_id, p_id, p_external_id, p_entity_type, p_data, p_sealed, p_master_key_id, v_stamp, v_stamp
  )
  on conflict (operator_id, external_id) do update
    set entity_type = excluded.entity_type,
      data = excluded.data,
      sealed = excluded.sealed,
      master_key_id = excluded.master_key_id,
      updated_at = excluded.updated_at
  returning e.id into v_id;

  v_status := case when v_id = p_id then 201 else 200 end;
  v_reply := '{"success":true,"data":{"id":"' || v_id
    || '","externalId":' || to_json(p_external_id)
    || ',"entityType":' || to_json(p_entity_type)
    || ',"action":"' || case when v_id = p_id then 'created' else 'updated' end || '"}}';
  if p_key_hash is not null then
    v_done := remember_write(p_operator_id, p_key_hash, p_fingerprint, p_fingerprint_master_key_id, p_external_id, v_id, v_status, v_reply);
  end if;
  return row('executed', v_status, v_reply, null, null, null)::write_outcome;
end
$$;

revoke all on function upsert_entity from public;
grant execute on function upsert_entity to onehazel_server;
