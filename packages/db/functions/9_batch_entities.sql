-- It took one JSON array; columns cost half of that.
drop function if exists batch_entities(text, text, json, json);

-- Many upserts, one statement, under the scope that is set already.
create or replace function batch_entities(
  p_operator_id text,
  p_template_ref text,
  -- One element an entity, as in the columns after it; used if it is new.
  p_ids text[],
  -- Each once. Every caller sends them in the same order, so that two batches wait for each other in that order.
  p_external_ids text[],
  p_entity_types text[],
  -- One JSON object a line.
  p_data text,
  -- Each element is an array's literal: arrays of arrays have rows of one length.
  p_sealed text[],
  -- Of those that have something sealed.
  p_master_key_id text,
  -- Whom the report of this batch will name: erasure waits for us, and then finds the report.
  p_named json
)
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
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
    p_operator_id, i.id, i.external_id, i.entity_type, i.data::jsonb, i.sealed::text[],
    case when i.sealed <> '{}' then p_master_key_id end, v_stamp, v_stamp
  -- No sort here: a function's rows come in its own order.
  from unnest(p_ids, p_external_ids, p_entity_types, string_to_array(p_data, E'\n'), p_sealed) as i (
    id, external_id, entity_type, data, sealed
  )
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
