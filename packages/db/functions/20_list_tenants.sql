-- owner: onehazel_auth

-- For the worker and the command line, which do each operator's upkeep under that operator's scope: whose scopes there are.
-- Owned by onehazel_auth, which may read past row-level security and do nothing else.

create or replace function list_operator_ids()
returns setof text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select o.id from operators o order by o.id;
$$;

create or replace function list_platform_ids()
returns setof text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select p.id from platforms p order by p.id;
$$;

-- How long each operator keeps its events; null is for ever. For the owner's function that drops whole months.
create or replace function list_event_retention()
returns table (operator_id text, archive_days int)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select
    o.id,
    coalesce((s.retention_policy -> 'entity_events' ->> 'archive_days')::int, s.data_retention_days)
  from operators o
  left join settings s on s.operator_id = o.id;
$$;

-- Which platform's an operator was that has been destroyed; null for any other.
create or replace function locate_destroyed(p_operator_id text)
returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select d.platform_id from destroyed_operators d where d.id = p_operator_id;
$$;

revoke all on function list_operator_ids, list_platform_ids, list_event_retention, locate_destroyed from public;
grant execute on function list_operator_ids, list_platform_ids to onehazel_worker;
do $$
begin
  execute format(
    'grant execute on function list_operator_ids, list_platform_ids, list_event_retention, locate_destroyed to %I',
    session_user
  );
end
$$;
