-- A server or worker says which master key it seals under; the answer is whether that one was retired. Runs as the owner,
-- because neither may write what is nobody's.
create or replace function announce_master_key(p_id text)
returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public
as $$
declare
  v_retired boolean;
begin
  insert into master_keys as k (id, sealing_at)
  values (p_id, clock_timestamp())
  on conflict (id) do update
    set sealing_at = excluded.sealing_at
  returning k.retired_at is not null into v_retired;
  return v_retired;
end
$$;

revoke all on function announce_master_key from public;
grant execute on function announce_master_key to onehazel_server, onehazel_worker;
