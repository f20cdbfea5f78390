-- Drops the oldest month of events that nobody wants any longer: every operator's retention has passed its end, or the operator
-- has nothing in it. What is dropped is counted in each operator's run of retention. Takes no names from its caller; returns
-- the month's first moment, or null when there is none to drop.
create or replace function drop_event_month()
returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
-- Dropping waits for whoever is reading events, and everyone else waits behind us.
set lock_timeout = '3s'
set timezone = 'UTC'
as $$
declare
  v_scope text := current_setting('app.operator_id', true);
  v_month timestamptz;
  v_next timestamptz;
  v_operator record;
  v_removed bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('event months', 0));

  for v_month in
    select to_date(substr(c.relname, 8), 'YYYY_MM')::timestamptz
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.events'::regclass and c.relname ~ '^events_\d{4}_\d{2}$'
    order by c.relname
  loop
    v_next := v_month + interval '1 month';
    -- Nobody's retention is shorter than 30 days.
    exit when v_next > now() - interval '30 days';
    continue when event_month_is_kept(v_month, v_next);

    for v_operator in select r.operator_id from list_event_retention() r loop
      perform set_config('app.operator_id', v_operator.operator_id, true);
      select count(*) into v_removed
      from events e
      where e.operator_id = v_operator.operator_id and e.occurred_at >= v_month and e.occurred_at < v_next;
      continue when v_removed = 0;

      insert into retention_runs as r (operator_id, events_removed)
      values (v_operator.operator_id, v_removed)
      on conflict (operator_id) where completed_at is null do update
        set events_removed = r.events_removed + excluded.events_removed;
    end loop;

    -- Asked again now that nobody writes to the month any more. The parent first, as everybody locks them.
    lock table only events in access exclusive mode;
    if event_month_is_kept(v_month, v_next) then
      raise exception 'an event was recorded in a month that was about to be dropped' using errcode = 'serialization_failure';
    end if;
    execute format('drop table public.%I', 'events_' || to_char(v_month, 'YYYY_MM'));
    perform set_config('app.operator_id', coalesce(v_scope, ''), true);
    return v_month;
  end loop;

  perform set_config('app.operator_id', coalesce(v_scope, ''), true);
  return null;
end
$$;

-- Whether somebody has an event in the month that its retention does not let go yet. Leaves some operator's scope behind.
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

revoke all on function drop_event_month, event_month_is_kept from public;
grant execute on function drop_event_month to onehazel_worker;
