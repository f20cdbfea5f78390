-- Records many events at once, under the current scope. Locks the entities' rows for key share, so that no event is inserted
-- after an erasure. Returns the external ids that no entity has.
--
-- The living entities are joined as arrays: PostgreSQL assumes a fixed number of rows for both sides of that join, so it always plans a
-- hash join, independent of table sizes and statistics.
create or replace function batch_events(
  p_operator_id text,
  p_template_ref text,
  -- Everybody the batch speaks of, each once: whom its report will name, too.
  p_external_ids json,
  -- [{external_id, id, event_type, data, sealed, master_key_id, occurred_at}]
  p_events json
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

  insert into events (operator_id, entity_id, id, event_type, data, sealed, master_key_id, occurred_at)
  select p_operator_id, l.id, i.id, i.event_type, i.data, i.sealed, i.master_key_id, i.occurred_at
  -- Converts one item at a time: json[b]_to_recordset would hold all of them in memory, at hundreds of times their size.
  from json_array_elements(p_events) as each (item)
  cross join json_to_record(each.item) as i (
    external_id text,
    id text,
    event_type text,
    data jsonb,
    sealed text[],
    master_key_id text,
    occurred_at timestamptz
  )
  join unnest(v_living, v_living_ids) as l (external_id, id) on l.external_id = i.external_id collate "C";

  return array(select unnest(v_named) except select unnest(v_living));
end
$$;

revoke all on function batch_events from public;
grant execute on function batch_events to onehazel_server;
