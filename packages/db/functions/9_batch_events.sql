-- Many events at once, under the scope that is set already. The entities' rows are locked for key share, so that no event lands
-- after an erasure. Returns those of the external ids that no entity has.
--
-- The living entities are joined as arrays: PostgreSQL assumes a fixed number of rows for both sides of that join, so it is a hash
-- join however large the tables are and whatever is known of them.
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
  -- One after the other: json[b]_to_recordset holds everything at once, in hundreds of times its size.
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
