-- Drops the oldest month of events that nobody wants any longer: every operator's retention has passed its end, or the operator
-- has nothing in it. What is dropped is counted in each operator's run of retention. Takes no names from its caller; returns
-- the month's first moment, or null when there is none to drop.
--
-- Row-level security can hide events, so an empty result does not prove that a month is empty. The partition is dropped only after its
-- rows were listed without row-level security, and only if the retention of every operator found there has passed. A month that holds more
-- events than its operators' scopes show is kept; if there is no other month to drop, the call raises an error.
create or replace function drop_event_month()
returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
-- Dropping waits for whoever is reading events, and everyone else waits behind us.
set lock_timeout = '3s'
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
  v_scope text := coalesce(current_setting('app.operator_id', true), '');
  v_partition text;
  v_month timestamptz;
  v_next timestamptz;
  v_counted text[];
  v_held_back text;
begin
  perform pg_advisory_xact_lock(hashtextextended('event months', 0));

  for v_partition, v_month in
    select c.relname, to_date(substr(c.relname, 8), 'YYYY_MM')::timestamptz
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.events'::regclass
      and c.relname ~ '^events_\d{4}_\d{2}$'
      -- The partition's bounds decide which rows it holds, not its name.
      and pg_get_expr(c.relpartbound, c.oid) = format(
        'FOR VALUES FROM (%L) TO (%L)',
        to_date(substr(c.relname, 8), 'YYYY_MM')::timestamptz,
        to_date(substr(c.relname, 8), 'YYYY_MM')::timestamptz + interval '1 month'
      )
    order by c.relname
  loop
    v_next := v_month + interval '1 month';
    -- Nobody's retention is shorter than 30 days.
    exit when v_next > now() - interval '30 days';
    continue when event_month_is_kept(v_month, v_next);

    begin
      v_counted := count_event_month(v_month, v_next);
      -- Blocks all reads and writes of events. The parent first: every statement locks them in this order.
      lock table only events in access exclusive mode;
      perform require_unwanted_event_month(v_partition, v_next, v_counted);
      execute format('drop table public.%I', v_partition);
      perform set_config('app.operator_id', v_scope, true);
      return v_month;
    exception
      -- PostgreSQL has rolled back the counts and released the locks.
      when sqlstate 'OH004' then v_held_back := coalesce(v_held_back, sqlerrm);
    end;
  end loop;

  perform set_config('app.operator_id', v_scope, true);
  if v_held_back is not null then
    -- Expected once if an event was recorded in the meantime: the next run sees that event. If the error persists, row-level security
    -- differs from what the migrations set up.
    raise exception '%', v_held_back using errcode = 'serialization_failure';
  end if;
  return null;
end
$$;

-- Whether any operator still has to keep an event of the month, as far as each operator's own scope shows. Changes the scope and does not
-- restore it.
create or replace function event_month_is_kept(p_month timestamptz, p_next timestamptz)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_operator_id text;
begin
  for v_operator_id in
    select r.operator_id
    from list_event_retention() r
    where r.archive_days is null or p_next > now() - r.archive_days * interval '1 day'
  loop
    perform set_config('app.operator_id', v_operator_id, true);
    perform from events e
    where e.operator_id = v_operator_id and e.occurred_at >= p_month and e.occurred_at < p_next
    limit 1;
    if found then
      return true;
    end if;
  end loop;
  return false;
end
$$;

-- Adds the month's events to each operator's retention run. Returns the operators that have any. Changes the scope and does not restore it.
create or replace function count_event_month(p_month timestamptz, p_next timestamptz)
returns text[]
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_operator_id text;
  v_removed bigint;
  v_counted text[] := '{}';
begin
  for v_operator_id in select r.operator_id from list_event_retention() r loop
    perform set_config('app.operator_id', v_operator_id, true);
    select count(*) into v_removed
    from events e
    where e.operator_id = v_operator_id and e.occurred_at >= p_month and e.occurred_at < p_next;
    continue when v_removed = 0;

    insert into retention_runs as r (operator_id, events_removed)
    values (v_operator_id, v_removed)
    on conflict (operator_id) where completed_at is null do update
      set events_removed = r.events_removed + excluded.events_removed;
    v_counted := v_counted || v_operator_id;
  end loop;
  return v_counted;
end
$$;

-- Raises OH004 unless the retention of every operator with events in the month has passed and its events were counted. An unknown operator
-- counts as one that keeps its events.
create or replace function require_unwanted_event_month(p_partition text, p_next timestamptz, p_counted text[])
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_present text[] := list_event_month_operators(p_partition);
  v_kept text[];
begin
  v_kept := array(
    select unnest(v_present)
    except
    select r.operator_id
    from list_event_retention() r
    where r.operator_id = any (p_counted) and p_next <= now() - r.archive_days * interval '1 day'
  );
  if v_kept <> '{}' then
    raise exception '% holds events of % that must stay or were not counted', p_partition, v_kept[1]
      using errcode = 'OH004';
  end if;
end
$$;

-- The operators that have rows in a month of events, regardless of policies and settings. Turns row-level security off for the partition's
-- owner and leaves it off, with the partition locked: call this only to drop the partition or to roll back.
create or replace function list_event_month_operators(p_partition text)
returns text[]
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
-- If row-level security still applies, PostgreSQL raises an error instead of hiding rows.
set row_security = off
as $$
declare
  -- Not the id of any operator. A query that returns this row is not filtered by a policy.
  v_nobody constant text := '!';
  v_present text[];
begin
  execute format('alter table public.%I no force row level security', p_partition);
  execute format(
    'insert into public.%I (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, '''', '''', '''', ''{}'', to_date(substr(%L, 8), ''YYYY_MM'')::timestamptz',
    p_partition, p_partition
  ) using v_nobody;
  -- Jumps from operator to operator by the primary key: scanning all rows would block other requests for too long.
  execute format(
    'with recursive present (id) as (
       select min(e.operator_id) from only public.%1$I e
       union all
       select (select min(e.operator_id) from only public.%1$I e where e.operator_id > present.id)
       from present
       where present.id is not null
     )
     select array_agg(id) from present where id is not null',
    p_partition
  ) into v_present;

  if not coalesce(v_nobody = any (v_present), false) then
    raise exception 'the rows of % cannot be seen', p_partition using errcode = 'OH004';
  end if;
  return array_remove(v_present, v_nobody);
end
$$;

revoke all on function drop_event_month, event_month_is_kept, count_event_month, require_unwanted_event_month,
  list_event_month_operators from public;
grant execute on function drop_event_month to onehazel_worker;
