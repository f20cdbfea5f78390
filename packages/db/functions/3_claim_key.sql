-- Makes an Idempotency-Key this transaction's alone: a twin waits here for the one that came first. Every write that has a key begins
-- with it, before any other lock. Always true, as begin_write is; its name is how the server knows what was waited for.
create or replace function key_held(p_key_hash bytea)
returns boolean
language plpgsql volatile
as $$
begin
  return pg_advisory_xact_lock(hashtextextended(encode(p_key_hash, 'hex'), 0)) is not null;
end
$$;

-- What a key that is held remembers, under the scope that is set already; the outcome is null when that is nothing, and then
-- remember_write is to end the write. An erasure makes its entity a tombstone at once and empties its stored responses later, in steps;
-- until then, a stored response counts as erased if its entity is a tombstone.
drop function if exists claim_key(text, bytea, bytea, text, text);
drop function if exists claim_write(text, bytea);
drop function if exists remember_write(text, bytea, bytea, text, text, int, text);
create or replace function remembered_write(p_operator_id text, p_key_hash bytea)
returns write_outcome
language plpgsql volatile
as $$
declare
  v_written write_outcome;
begin
  select 'remembered', k.status, k.reply, k.fingerprint, k.master_key_id,
    k.erased or (k.subject is not null and case
      when k.entity_id is not null then exists (
        select from entities e
        where e.operator_id = p_operator_id and e.id = k.entity_id and e.erased_at is not null
      )
      -- Stored by the previous release, which did not store the entity's id.
      else exists (
        select from erasures r
        where r.operator_id = p_operator_id and r.subject = k.subject
      )
    end)
  into v_written
  from idempotency_keys k
  where k.operator_id = p_operator_id and k.key_hash = p_key_hash and k.expires_at > now();
  return v_written;
end
$$;

-- Remembers what a repeat is to be told, in one row that is written once; an expired one is taken over. Always true, as begin_write is.
create or replace function remember_write(
  p_operator_id text,
  p_key_hash bytea,
  p_fingerprint bytea,
  p_master_key_id text,
  -- What the reply is about.
  p_external_id text,
  p_entity_id text,
  p_status int,
  p_reply text
)
returns boolean
language plpgsql volatile
as $$
begin
  insert into idempotency_keys as k (
    operator_id, key_hash, fingerprint, master_key_id, subject, entity_id, status, reply, expires_at
  )
  values (
    p_operator_id, p_key_hash, p_fingerprint, p_master_key_id,
    sha256(convert_to(p_external_id, 'UTF8')), p_entity_id, p_status, p_reply, now() + interval '24 hours'
  )
  on conflict (operator_id, key_hash) do update
    set fingerprint = excluded.fingerprint,
      master_key_id = excluded.master_key_id,
      subject = excluded.subject,
      entity_id = excluded.entity_id,
      status = excluded.status,
      reply = excluded.reply,
      erased = false,
      expires_at = excluded.expires_at
    where k.expires_at <= now();

  if not found then
    -- A server of the last release claims a key by its row alone, and has used this one meanwhile: the write is begun anew, as after
    -- a deadlock, and finds that out at once.
    raise exception 'the key has been used' using errcode = 'serialization_failure';
  end if;
  return true;
end
$$;

revoke all on function key_held, remembered_write, remember_write from public;
grant execute on function key_held, remembered_write, remember_write to onehazel_server;
