-- When keys were last used, for many tenants in one round trip, each row under its own tenant's scope.
-- Ages, not times: the database's clock decides.
create or replace function touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_index int;
begin
  for v_index in 1 .. coalesce(array_length(p_key_ids, 1), 0) loop
    perform set_config('app.operator_id', p_operator_ids[v_index], true);

    update api_keys k
    set last_used_at = greatest(k.last_used_at, now() - p_ages_ms[v_index] * interval '1 millisecond')
    where k.operator_id = p_operator_ids[v_index] and k.id = p_key_ids[v_index];
  end loop;
end
$$;

create or replace function touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_index int;
begin
  for v_index in 1 .. coalesce(array_length(p_key_ids, 1), 0) loop
    perform set_config('app.platform_id', p_platform_ids[v_index], true);

    update platform_keys k
    set last_used_at = greatest(k.last_used_at, now() - p_ages_ms[v_index] * interval '1 millisecond')
    where k.platform_id = p_platform_ids[v_index] and k.id = p_key_ids[v_index];
  end loop;
end
$$;

revoke all on function touch_operator_keys, touch_platform_keys from public;
grant execute on function touch_operator_keys, touch_platform_keys to onehazel_server;
