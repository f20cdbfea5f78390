-- A server or worker says which master keys it holds and, by the first, which one it seals under; the answer is whether that one
-- was retired, and which of them have another key's bytes under a known id. Runs as the owner, because neither may write what is
-- nobody's.
drop function if exists announce_master_key(text);
create or replace function announce_master_keys(
  p_ids text[],
  -- What each key makes of nothing: the same for the same key, and of no use to whoever lacks it.
  p_check_values bytea[],
  -- Whether the caller goes on sealing under the first: what ends by itself needs no restart.
  p_stays boolean,
  out retired boolean,
  out mismatched text[]
)
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  insert into master_keys as k (id, check_value)
  select given.id, given.check_value
  from unnest(p_ids, p_check_values) as given (id, check_value)
  order by given.id
  on conflict (id) do update
    set check_value = excluded.check_value
    where k.check_value is null;

  select coalesce(array_agg(k.id order by k.id), '{}')
  into mismatched
  from unnest(p_ids, p_check_values) as given (id, check_value)
  join master_keys k on k.id = given.id
  where k.check_value <> given.check_value;

  update master_keys k
  set sealing_at = case when p_stays and mismatched = '{}' then clock_timestamp() else k.sealing_at end
  where k.id = p_ids[1]
  returning k.retired_at is not null into retired;
end
$$;

revoke all on function announce_master_keys from public;
grant execute on function announce_master_keys to onehazel_server, onehazel_worker;
