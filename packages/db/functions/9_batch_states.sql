-- Sets many states at once, under the current scope. Sorted, so that concurrent batches lock rows in the same order. Locks
-- the entities' rows for key share, so that no state is written after an erasure. Returns the external ids that no entity
-- has. The living entities are joined as arrays for the reason given in batch_events.
create or replace function batch_states(
  p_operator_id text,
  p_template_ref text,
  -- Everybody the batch speaks of, each once: whom its report will name, too.
  p_external_ids json,
  -- [{external_id, state_key, value}]: each pair once.
  p_states json
)
returns text[]
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_named text[] := array(select json_array_elements_text(p_external_ids));
  v_living text[];
  v_living_ids text[];
begin
  perform require_template(p_operator_id, p_template_ref);

  select array_agg(l.external_id), array_agg(l.id)
  into v_living, v_living_ids
  from (
    select e.external_id, e.id
    from entities e
    where e.operator_id = p_operator_id and e.external_id = any (v_named)
    order by e.external_id
    for key share
  ) l;

  insert into states as s (operator_id, entity_id, state_key, value, updated_at)
  -- A JSON null arrives as an SQL null.
  select p_operator_id, l.id, i.state_key, coalesce(i.value, 'null'), clock_timestamp()
  -- Converts one item at a time: json[b]_to_recordset would hold all of them in memory, at hundreds of times their size.
  from json_array_elements(p_states) as each (item)
  cross join json_to_record(each.item) as i (external_id text, state_key text, value jsonb)
  join unnest(v_living, v_living_ids) as l (external_id, id) on l.external_id = i.external_id collate "C"
  order by l.external_id collate "C", i.state_key collate "C"
  on conflict (operator_id, entity_id, state_key) do update
    set value = excluded.value, updated_at = excluded.updated_at;

  return array(select unnest(v_named) except select unnest(v_living));
end
$$;

revoke all on function batch_states from public;
grant execute on function batch_states to onehazel_server;
