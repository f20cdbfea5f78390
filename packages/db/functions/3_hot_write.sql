-- What the hot writes have in common. They set no search_path of their own but take that of the write that calls them, which is
-- fixed: setting it costs more than what they do.

-- Sets the scope that every later statement runs under, holds the write against what it was prepared with, and claims the
-- Idempotency-Key, if there is one. Answers with the remembered reply; its outcome is null when there is something to do.
drop function if exists begin_write(text, text, bytea, bytea, text);
create or replace function begin_write(
  p_operator_id text,
  p_external_id text,
  p_key_hash bytea,
  p_fingerprint bytea,
  p_fingerprint_master_key_id text,
  p_credential_hash bytea,
  p_credential_stamp bytea
)
returns write_outcome
language plpgsql volatile
as $$
declare
  v_written write_outcome;
begin
  perform set_config('app.operator_id', p_operator_id, true);

  if p_credential_hash is not null then
    -- The template is a part of what the stamp stands for, so it must not change from here on.
    perform hold_template(p_operator_id);
    perform require_credential(p_credential_hash, p_credential_stamp);
  end if;

  if p_key_hash is not null then
    select 'remembered', c.status, c.reply, c.fingerprint, c.fingerprint_master_key_id, c.erased
    into v_written
    from claim_key(p_operator_id, p_key_hash, p_fingerprint, p_fingerprint_master_key_id, p_external_id) c
    where not c.claimed;
  end if;
  return v_written;
end
$$;

-- The id of an entity, locked for key share so that nothing lands after its erasure.
create or replace function lock_living_entity(p_operator_id text, p_external_id text)
returns text
language plpgsql volatile
as $$
declare
  v_entity_id text;
begin
  select e.id into v_entity_id
  from entities e
  where e.operator_id = p_operator_id and e.external_id = p_external_id
  for key share;

  if not found then
    raise exception 'no such entity' using errcode = 'OH002';
  end if;
  return v_entity_id;
end
$$;

-- Remembers what a repeat is to be told, if there is a key, and answers with the reply.
create or replace function end_write(
  p_operator_id text,
  p_key_hash bytea,
  p_status int,
  p_reply text,
  p_repeat_status int,
  p_repeat_reply text
)
returns write_outcome
language plpgsql volatile
as $$
declare
  v_written write_outcome;
begin
  if p_key_hash is not null then
    update idempotency_keys k
    set status = p_repeat_status, reply = p_repeat_reply
    where k.operator_id = p_operator_id and k.key_hash = p_key_hash;
  end if;

  v_written.outcome := 'executed';
  v_written.status := p_status;
  v_written.reply := p_reply;
  return v_written;
end
$$;

revoke all on function begin_write, lock_living_entity, end_write from public;
grant execute on function begin_write, lock_living_entity, end_write to onehazel_server;
