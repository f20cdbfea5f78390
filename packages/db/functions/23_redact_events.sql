-- Takes what happened to an erased entity out of its events, oldest first: at most p_rows_max of those after a position. They
-- keep their ids and times. Runs as the owner, because the server may not change events; under the scope that is set already.
create or replace function redact_events(
  p_entity_id text,
  -- Null to begin with.
  p_after_at timestamptz,
  p_after_id text,
  p_rows_max int,
  out redacted bigint,
  -- Where to go on; null when none is left. Nothing is recorded for an erased entity, so what lies behind stays behind.
  out last_at timestamptz,
  out last_id text
)
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_operator_id text := nullif(current_setting('app.operator_id', true), '');
  v_after_at timestamptz := coalesce(p_after_at, '-infinity');
  v_after_id text := coalesce(p_after_id, '');
begin
  perform from entities e
  where e.operator_id = v_operator_id and e.id = p_entity_id and e.erased_at is not null;
  if not found then
    raise exception 'only the events of an erased entity can be redacted';
  end if;

  select e.occurred_at, e.id into last_at, last_id
  from events e
  where e.operator_id = v_operator_id
    and e.entity_id = p_entity_id
    and e.occurred_at >= v_after_at
    and (e.occurred_at, e.id) > (v_after_at, v_after_id)
  order by e.occurred_at, e.id
  offset p_rows_max - 1
  limit 1;

  update events e
  set data = '{"erased": true}', sealed = '{}', master_key_id = null
  where e.operator_id = v_operator_id
    and e.entity_id = p_entity_id
    and e.occurred_at >= v_after_at
    and e.occurred_at <= coalesce(last_at, 'infinity')
    and (e.occurred_at, e.id) > (v_after_at, v_after_id)
    and (last_at is null or (e.occurred_at, e.id) <= (last_at, last_id));
  get diagnostics redacted = row_count;
end
$$;

revoke all on function redact_events from public;
grant execute on function redact_events to onehazel_server, onehazel_worker;
