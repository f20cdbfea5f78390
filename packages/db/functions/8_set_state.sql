-- One state, one round trip. Last write wins; the entity's row is locked for key share, so that none lands after its erasure.
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

  insert into states as s (operator_id, entity_id, state_key, value, updated_at)
  values (p_operator_id, v_entity_id, p_state_key, p_value, clock_timestamp())
  on conflict (operator_id, entity_id, state_key) do update
    set value = excluded.value, updated_at = excluded.updated_at;

  outcome := 'executed';
  status := 200;
  reply := p_reply;

  if p_key_hash is not null then
    update idempotency_keys k
    set status = set_state.status, reply = p_reply
    where k.operator_id = p_operator_id and k.key_hash = p_key_hash;
  end if;
end
$$;

revoke all on function set_state from public;
grant execute on function set_state to onehazel_server;
