-- Many upserts, one statement, under the scope that is set already. Sorted, so that two batches wait for each other in the
-- same order.
create or replace function batch_entities(
  p_operator_id text,
  p_template_ref text,
  -- [{id, external_id, entity_type, data, sealed, master_key_id}]: each external id once; the id is used if it is new.
  p_entities json,
  -- Whom the report of this batch will name: erasure waits for us, and then finds the report.
  p_named json
)
returns void
language plpgsql volatile
set search_path = pg_catalog, public
as $$
declare
  v_stamp timestamptz;
begin
  perform require_template(p_operator_id, p_template_ref);

  perform from entities e
  where e.operator_id = p_operator_id
    and e.external_id = any (array(select json_array_elements_text(p_named)))
  order by e.external_id
  for key share;

  v_stamp := change_stamp(p_operator_id);

  insert into entities as e (
    operator_id, id, external_id, entity_type, data, sealed, master_key_id, created_at, updated_at
  )
  select
    p_operator_id, i.id, i.external_id, i.entity_type, i.data, i.sealed, i.master_key_id, v_stamp, v_stamp
  -- One after the other: json[b]_to_recordset holds everything at once, in hundreds of times its size.
  from json_array_elements(p_entities) as each (item)
  cross join json_to_record(each.item) as i (
    id text, external_id text, entity_type text, data jsonb, sealed text[], master_key_id text
  )
  order by i.external_id collate "C"
  on conflict (operator_id, external_id) do update
    set entity_type = excluded.entity_type,
      data = excluded.data,
      sealed = excluded.sealed,
      master_key_id = excluded.master_key_id,
      updated_at = excluded.updated_at;
end
$$;

revoke all on function batch_entities from public;
grant execute on function batch_entities to onehazel_server;
