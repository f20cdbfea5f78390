-- One upsert, one round trip: scope, idempotency, template guard, write and remembered reply commit together or not at all.
-- Each statement runs under the scope that the first one sets, with a snapshot of its own.
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
  -- `executed`, or `remembered` with what the key's row holds.
  out outcome text,
  out status smallint,
  out reply text,
  out fingerprint bytea,
  out fingerprint_master_key_id text,
  out erased boolean
)
language plpgsql volatile
set search_path = pg_catalog, public
as $$
declare
  v_id text;
  v_stamp timestamptz;
begin
  perform set_config('app.operator_id', p_operator_id, true);

  if p_key_hash is not null then
    select c.status, c.reply, c.fingerprint, c.fingerprint_master_key_id, c.erased
    into status, reply, fingerprint, fingerprint_master_key_id, erased
    from claim_key(p_operator_id, p_key_hash, p_fingerprint, p_fingerprint_master_key_id, p_external_id) c
    where not c.claimed;
    if found then
      outcome := 'remembered';
      return;
    end if;
  end if;

  perform require_template(p_operator_id, p_template_ref);
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

  outcome := 'executed';
  status := case when v_id = p_id then 201 else 200 end;
  reply := '{"success":true,"data":{"id":"' || v_id
    || '","externalId":' || to_json(p_external_id)
    || ',"entityType":' || to_json(p_entity_type)
    || ',"action":"' || case when v_id = p_id then 'created' else 'updated' end || '"}}';

  if p_key_hash is not null then
    update idempotency_keys k
    set status = upsert_entity.status, reply = upsert_entity.reply
    where k.operator_id = p_operator_id and k.key_hash = p_key_hash;
  end if;
end
$$;

revoke all on function upsert_entity from public;
grant execute on function upsert_entity to onehazel_server;
