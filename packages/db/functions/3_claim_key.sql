-- Claims an Idempotency-Key for the current transaction, under the scope that is set already. A twin waits here for the one
-- that came first; an expired row is taken over. When the claim is not ours, the live row comes back.
create or replace function claim_key(
  p_operator_id text,
  p_key_hash bytea,
  p_fingerprint bytea,
  p_master_key_id text,
  -- What the reply will be about; null when it is about nobody.
  p_external_id text,
  out claimed boolean,
  out status smallint,
  out reply text,
  out fingerprint bytea,
  out fingerprint_master_key_id text,
  out erased boolean
)
language plpgsql volatile
set search_path = pg_catalog, public
as $$
begin
  insert into idempotency_keys as k (operator_id, key_hash, fingerprint, master_key_id, subject, expires_at)
  values (
    p_operator_id, p_key_hash, p_fingerprint, p_master_key_id,
    sha256(convert_to(p_external_id, 'UTF8')), now() + interval '24 hours'
  )
  on conflict (operator_id, key_hash) do update
    set fingerprint = excluded.fingerprint,
      master_key_id = excluded.master_key_id,
      subject = excluded.subject,
      status = null,
      reply = null,
      erased = false,
      expires_at = excluded.expires_at
    where k.expires_at <= now();
  claimed := found;

  if not claimed then
    select k.status, k.reply, k.fingerprint, k.master_key_id, k.erased
    into status, reply, fingerprint, fingerprint_master_key_id, erased
    from idempotency_keys k
    where k.operator_id = p_operator_id and k.key_hash = p_key_hash;
  end if;
end
$$;

revoke all on function claim_key from public;
grant execute on function claim_key to onehazel_server;
