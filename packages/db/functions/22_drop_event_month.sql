-- Drops the oldest month of events that nobody wants any longer: every operator's retention has passed its end, or the operator
-- has nothing in it. What is dropped is counted in each operator's run of retention. Takes no names from its caller; returns
-- the month's first moment, or null when there is none to drop.
--
-- Row-level security decides what is seen, so seeing no event proves nothing. The partition is dropped only after its rows were listed
-- without row-level security, and each operator among them has let the month go. A month that held more than its operators' scopes
-- show stays, and the call that finds nothing else to drop raises an error.
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
      -- What it holds goes by its bounds, not by its name.
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
      -- From here on nobody reads or writes events. The parent first, as everybody locks them.
      lock table only events in access exclusive mode;
      perform require_unwanted_event_month(v_partition, v_next, v_counted);
      execute format('drop table public.%I', v_partition);
      perform set_config('app.operator_id', v_scope, true);
      return v_month;
    exception
      -- Undoes the counts and gives the locks back.
      when sqlstate 'OH004' then v_held_back := coalesce(v_held_back, sqlerrm);
    end;
  end loop;

  perform set_config('app.operator_id', v_scope, true);
  if v_held_back is not null then
    -- Right when an event was recorded meanwhile: the next run sees it. An error that stays means that row-level security is not
    -- as the migrations made it.
    raise exception '%', v_held_back using errcode = 'serialization_failure';
  end if;
  return null;
end
$$;

-- Whether somebody has an event in the month that its retention does not let go yet, as far as each operator's own scope shows. Leaves
-- some operator's scope behind.
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

-- Counts the month's events in each operator's run of retention. Returns who has any. Leaves some operator's scope behind.
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

-- Raises OH004 unless everybody who has an event in the month has let it go and was counted. Who is not known of keeps everything.
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

-- Whose rows a month of events holds, whatever policies and settings say. The partition is locked, and left to its owner without
-- row-level security: only a caller that drops it or rolls back may ask.
create or replace function list_event_month_operators(p_partition text)
returns text[]
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
-- An error, and not fewer rows, where row-level security applies after all.
set row_security = off
as $$
declare
  -- Nobody's id: a row of it is seen only by who sees every row.
  v_nobody constant text := '!';
  v_present text[];
begin
  execute format('alter table public.%I no force row level security', p_partition);
  execute format(
    'insert into public.%I (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, '''', '''', '''', ''{}'', to_date(substr(%L, 8), ''YYYY_MM'')::timestamptz',
    p_partition, p_partition
  ) using v_nobody;
  -- From each operator to the next by the primary key, as a count of all rows would hold everybody up.
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
