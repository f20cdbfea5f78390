-- Runs the current step of an erasure for the next rows.
create or replace function run_erasure_step(
  p_erasure erasures, p_rows_max int, p_events_max int, out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_done record;
  v_events record;
begin
  case p_erasure.step
    when 'states' then
      v_done := erase_states(p_erasure, p_erasure.after, p_rows_max);
    when 'replies' then
      v_done := erase_replies(p_erasure, p_erasure.after, p_rows_max);
    when 'reports' then
      v_done := erase_reports(p_erasure, p_erasure.after, p_rows_max);
    when 'requestIds' then
      v_done := erase_request_ids(p_erasure, p_erasure.entity_id, p_erasure.after, p_rows_max);
    when 'events' then
      v_events := redact_events(p_erasure.entity_id, p_erasure.after[1]::timestamptz, p_erasure.after[2], p_events_max);
      changed := v_events.redacted;
      seen := changed;
      last := case when v_events.last_id is not null then array[v_events.last_at::text, v_events.last_id] end;
      return;
    when 'eventReads' then
      v_done := erase_event_reads(p_erasure, p_erasure.after, p_rows_max, p_events_max);
  end case;
  changed := v_done.changed;
  seen := v_done.seen;
  last := v_done.last;
end
$$;

-- Redacts the next rows of an erased entity: at most p_rows_max of one kind. Call this until is_done is true.
-- Runs as the owner: neither server nor worker may change events, the audit log or the stored responses of other requests.
create or replace function advance_erasure(
  p_entity_id text, p_rows_max int, out erasure_id text, out changed bigint, out is_done boolean
)
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_steps constant text[] := array['states', 'replies', 'reports', 'requestIds', 'events', 'eventReads'];
  v_erasure erasures;
  v_step record;
  v_next text;
begin
  select r.* into v_erasure
  from erasures r
  join entities e on e.operator_id = r.operator_id and e.id = r.entity_id and e.erased_at is not null
  where r.operator_id = nullif(current_setting('app.operator_id', true), '')
    and r.entity_id = p_entity_id
    and r.status = 'running'
  for update of r;
  if not found then
    changed := 0;
    is_done := true;
    return;
  end if;

  -- An erasure that an earlier release started has only events left, and stores its position in other columns.
  if v_erasure.step is null then
    v_erasure.step := 'events';
    if v_erasure.events_after_id is not null then
      v_erasure.after := array[v_erasure.events_after_at::text, v_erasure.events_after_id];
    end if;
  end if;

  v_step := run_erasure_step(v_erasure, p_rows_max, p_rows_max);
  v_next := case
    when v_step.last is not null then v_erasure.step
    else v_steps[array_position(v_steps, v_erasure.step) + 1]
  end;
  erasure_id := v_erasure.id;
  changed := v_step.changed;
  is_done := v_next is null;

  update erasures r
  set step = v_next,
    after = v_step.last,
    states_removed = r.states_removed + case when v_erasure.step = 'states' then changed else 0 end,
    replies_purged = r.replies_purged + case when v_erasure.step = 'replies' then changed else 0 end,
    events_redacted = r.events_redacted + case when v_erasure.step = 'events' then changed else 0 end,
    subject = case when is_done then null else r.subject end,
    status = case when is_done then 'completed' else 'running' end,
    completed_at = case when is_done then clock_timestamp() end
  where r.operator_id = v_erasure.operator_id and r.id = v_erasure.id;
end
$$;

-- Redacts up to p_rows_max rows of an entity that has just become a tombstone, in the transaction of the request. Returns
-- whether that was everything; if not, the worker starts over with advance_erasure. Redacts all events or none.
create or replace function erase_at_once(p_entity_id text, p_rows_max int)
returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_operator_id text := nullif(current_setting('app.operator_id', true), '');
  v_erasure erasures;
  v_step record;
  v_left bigint := p_rows_max;
  v_is_whole boolean := true;
  v_events_fit boolean := true;
begin
  select r.* into v_erasure
  from erasures r
  join entities e on e.operator_id = r.operator_id and e.id = r.entity_id and e.erased_at is not null
  where r.operator_id = v_operator_id and r.entity_id = p_entity_id and r.status = 'running'
  for update of r;
  if not found then
    raise exception 'only an entity that is being erased can be erased';
  end if;

  foreach v_erasure.step in array array['states', 'replies', 'requestIds', 'events', 'eventReads', 'reports'] loop
    v_erasure.after := null;
    if v_erasure.step = 'requestIds' then
      -- Waits for access records that are being written, so that the steps below see them. Later ones see the erasure.
      -- The lock is the one that record_accesses shares.
      perform pg_advisory_xact_lock(hashtextextended('accesses:' || v_operator_id || ':' || p_entity_id, 0));
    elsif v_erasure.step = 'events' then
      perform from events e
      where e.operator_id = v_operator_id and e.entity_id = p_entity_id
      order by e.occurred_at, e.id
      offset v_left
      limit 1;
      v_events_fit := not found;
      v_is_whole := v_is_whole and v_events_fit;
    elsif v_erasure.step = 'reports' then
      -- A batch that has not checked for erased names yet waits for this lock, and then finds this erasure. The reports of all other
      -- batches are visible from here on, to the worker too. A later report with this external id names another entity.
      perform pg_advisory_xact_lock(hashtextextended('reports:' || v_operator_id, 0));
      v_erasure.reports_before := clock_timestamp();
    end if;

    continue when v_erasure.step in ('events', 'eventReads') and not v_events_fit;

    loop
      -- Checked above: at most v_left events exist. A limit of one more than p_rows_max therefore covers all of them.
      v_step := run_erasure_step(v_erasure, v_left::int, p_rows_max + 1);
      v_left := greatest(v_left - v_step.seen, 0);
      v_erasure.states_removed := v_erasure.states_removed + case when v_erasure.step = 'states' then v_step.changed else 0 end;
      v_erasure.replies_purged := v_erasure.replies_purged + case when v_erasure.step = 'replies' then v_step.changed else 0 end;
      v_erasure.events_redacted := v_erasure.events_redacted + case when v_erasure.step = 'events' then v_step.changed else 0 end;
      v_erasure.after := v_step.last;
      exit when v_step.last is null;
      -- Reports are large, so at most one step of them runs here.
      if v_left = 0 or v_erasure.step = 'reports' then
        v_is_whole := false;
        exit;
      end if;
    end loop;
  end loop;

  update erasures r
  set step = case when not v_is_whole then 'states' end,
    subject = case when not v_is_whole then r.subject end,
    states_removed = v_erasure.states_removed,
    replies_purged = v_erasure.replies_purged,
    events_redacted = v_erasure.events_redacted,
    reports_before = v_erasure.reports_before,
    status = case when v_is_whole then 'completed' else 'running' end,
    completed_at = case when v_is_whole then clock_timestamp() end
  where r.operator_id = v_operator_id and r.id = v_erasure.id;
  return v_is_whole;
end
$$;

revoke all on function run_erasure_step, advance_erasure, erase_at_once from public;
grant execute on function advance_erasure to onehazel_worker;
grant execute on function erase_at_once to onehazel_server;
