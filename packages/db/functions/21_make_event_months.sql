-- Attaching a month looks through the whole default partition, behind a lock that holds up every reader of events. For a month to
-- come that can be done before, without the lock: a constraint says that the default partition has nothing of it, and once that is
-- validated attaching need not look. One step a call, each a transaction of its own; returns whether it did one.
create or replace function prepare_event_month()
returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
set lock_timeout = '3s'
set timezone = 'UTC'
as $$
declare
  v_month timestamptz;
  v_guard text;
  v_validated boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('event months', 0));

  for v_month in select date_trunc('month', now()) + n * interval '1 month' from generate_series(1, 3) n loop
    -- Events lie minutes ahead at most. While nothing does, the constraint refuses nobody's.
    continue when v_month < now() + interval '1 day';
    continue when to_regclass('public.events_' || to_char(v_month, 'YYYY_MM')) is not null;
    v_guard := 'events_default_without_' || to_char(v_month, 'YYYY_MM');

    select k.convalidated into v_validated
    from pg_constraint k
    where k.conrelid = 'events_default'::regclass and k.conname = v_guard;

    if not found then
      execute format(
        'alter table events_default add constraint %I check (occurred_at < %L or occurred_at >= %L) not valid',
        v_guard, v_month, v_month + interval '1 month'
      );
      return true;
    elsif not v_validated then
      execute format('alter table events_default validate constraint %I', v_guard);
      return true;
    end if;
  end loop;
  return false;
end
$$;

-- Months of events: the present one and the three to come, made by create and attach. What lies in the default partition for
-- one of them moves with it. Takes no names from its caller; a month that is there already is left alone.
create or replace function make_event_months()
returns int
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
-- Attaching waits for whoever is reading the default partition, and everyone else waits behind us.
set lock_timeout = '3s'
set timezone = 'UTC'
as $$
declare
  v_month timestamptz;
  v_next timestamptz;
  v_partition text;
  v_guard text;
  v_made int := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('event months', 0));

  for v_month in select date_trunc('month', now()) + n * interval '1 month' from generate_series(0, 3) n loop
    v_next := v_month + interval '1 month';
    v_partition := 'events_' || to_char(v_month, 'YYYY_MM');
    continue when to_regclass('public.' || v_partition) is not null;

    execute format(
      'create table public.%I (like public.events including defaults including constraints)', v_partition
    );

    v_guard := 'events_default_without_' || to_char(v_month, 'YYYY_MM');
    perform from pg_constraint k
    where k.conrelid = 'events_default'::regclass and k.conname = v_guard and k.convalidated;
    if not found then
      -- Whoever is recording an event has chosen its partition already, and would be refused by the default one from now on.
      lock table only events in share row exclusive mode;
      -- The owner is bound by row-level security too, and these rows are many tenants'. Nobody else gets in before we commit.
      lock table events_default in access exclusive mode;
      alter table events_default no force row level security;
      execute format(
        'with moved as (delete from public.events_default where occurred_at >= %L and occurred_at < %L returning *)
         insert into public.%I select * from moved',
        v_month, v_next, v_partition
      );
      alter table events_default force row level security;
    end if;

    execute format('alter table public.%I enable row level security, force row level security', v_partition);
    execute format(
      'create policy operator_scope on public.%I
         using (operator_id = nullif(current_setting(''app.operator_id'', true), ''''))',
      v_partition
    );
    execute format(
      'alter table public.events attach partition public.%I for values from (%L) to (%L)', v_partition, v_month, v_next
    );
    execute format('alter table events_default drop constraint if exists %I', v_guard);
    v_made := v_made + 1;
  end loop;
  return v_made;
end
$$;

revoke all on function prepare_event_month, make_event_months from public;
grant execute on function prepare_event_month, make_event_months to onehazel_worker;

-- A database that has just been migrated has its months.
select make_event_months();
