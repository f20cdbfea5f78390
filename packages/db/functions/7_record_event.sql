-- One event, one round trip. The entity's row is locked for key share, so that no event lands after its erasure.
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
  -- `executed`, `missing` when there is no such entity, or `remembered` with what the key's row holds.
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
  v_entity_id text;
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

  select e.id into v_entity_id
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id
  for key share;

  if not found then
    raise exception 'no such entity' using errcode = 'OH002';
  end if;

  perform require_template(p_operator_id, p_template_ref);

  insert into events (operator_id, entity_id, id, event_type, data, sealed, master_key_id, occurred_at)
  values (p_operator_id, v_entity_id, p_id, p_event_type, p_data, p_sealed, p_master_key_id, p_occurred_at);

  outcome := 'executed';
  status := 201;
  reply := '{"success":true,"data":{"id":"' || p_id || '"}}';

  -- A repeat is told so: another status and another body than the first reply, as the spec has it.
  if p_key_hash is not null then
    update idempotency_keys k
    set status = 200,
      reply = '{"success":true,"data":{"id":"' || p_id || '","action":"duplicate"}}'
    where k.operator_id = p_operator_id and k.key_hash = p_key_hash;
  end if;
end
$$;

revoke all on function record_event from public;
grant execute on function record_event to onehazel_server;
