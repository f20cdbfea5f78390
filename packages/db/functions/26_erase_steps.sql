-- The steps of an erasure. Each redacts one kind of row: at most p_rows_max rows after a position, in index order.
-- `seen` is the cost of the step in rows. `last` is the position to continue from, null exactly if nothing is left; so a step with
-- p_rows_max = 0 shows whether there is anything to redact. A position is needed even if redacted rows leave the index, because every
-- step would scan their dead entries again.
--
-- They run inside advance_erasure and erase_at_once, as the owner and under the current scope.

create or replace function erase_states(
  p_erasure erasures, p_after text[], p_rows_max int, out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_keys text[];
begin
  v_keys := array(
    select s.state_key
    from states s
    where s.operator_id = p_erasure.operator_id
      and s.entity_id = p_erasure.entity_id
      and s.state_key > coalesce(p_after[1], '')
    order by s.state_key
    limit p_rows_max + 1
  );
  if cardinality(v_keys) > p_rows_max then
    v_keys := v_keys[1:p_rows_max];
    last := array[coalesce(v_keys[p_rows_max], p_after[1], '')];
  end if;
  delete from states s
  where s.operator_id = p_erasure.operator_id and s.entity_id = p_erasure.entity_id and s.state_key = any (v_keys);
  get diagnostics changed = row_count;
  seen := cardinality(v_keys);
end
$$;

-- Empties the stored responses about the entity, except for key and expiry. Responses of the previous release do not name their entity: of
-- these, it empties the ones that are older than the erasure.
create or replace function erase_replies(
  p_erasure erasures, p_after text[], p_rows_max int, out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  -- Two scans: first the responses with this entity's id, then the responses without an id.
  v_walk text := coalesce(p_after[1], 'entity');
  v_after bytea := coalesce(p_after[2], '')::bytea;
  v_hashes bytea[];
  v_has_more boolean;
begin
  if v_walk = 'entity' then
    v_hashes := array(
      select k.key_hash
      from idempotency_keys k
      where k.operator_id = p_erasure.operator_id
        and k.subject = p_erasure.subject
        and k.entity_id = p_erasure.entity_id
        and k.key_hash > v_after
      order by k.key_hash
      limit p_rows_max + 1
    );
  else
    v_hashes := array(
      select k.key_hash
      from idempotency_keys k
      where k.operator_id = p_erasure.operator_id
        and k.subject = p_erasure.subject
        and k.entity_id is null
        and k.key_hash > v_after
      order by k.key_hash
      limit p_rows_max + 1
    );
  end if;
  v_has_more := cardinality(v_hashes) > p_rows_max;
  v_hashes := v_hashes[1:p_rows_max];
  seen := cardinality(v_hashes);

  update idempotency_keys k
  set fingerprint = null,
    master_key_id = null,
    subject = null,
    entity_id = null,
    status = null,
    reply = null,
    erased = true
  from entities e
  where k.operator_id = p_erasure.operator_id
    and k.key_hash = any (v_hashes)
    and k.subject = p_erasure.subject
    and e.operator_id = p_erasure.operator_id
    and e.id = p_erasure.entity_id
    and (k.entity_id = e.id or (k.entity_id is null and k.expires_at <= e.erased_at + interval '24 hours'));
  get diagnostics changed = row_count;

  last := case
    when v_has_more then array[v_walk, coalesce(v_hashes[seen], v_after)::text]
    when v_walk = 'entity' then array['unnamed', null]
  end;
end
$$;

-- Callers choose request ids, so these may contain personal data. The row of the erasure itself keeps its request id.
create or replace function erase_request_ids(
  p_erasure erasures, p_target_id text, p_after text[], p_rows_max int, out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_after_at timestamptz := coalesce(p_after[1], '-infinity');
  v_after_id uuid := coalesce(p_after[2], '00000000-0000-0000-0000-000000000000');
  v_ats timestamptz[];
  v_ids uuid[];
begin
  select array_agg(a.at order by a.at, a.id), array_agg(a.id order by a.at, a.id)
  into v_ats, v_ids
  from (
    select a.at, a.id
    from audit_log a
    where a.operator_id = p_erasure.operator_id
      and a.target_id = p_target_id
      and a.at >= v_after_at
      and (a.at, a.id) > (v_after_at, v_after_id)
    order by a.at, a.id
    limit p_rows_max + 1
  ) a;
  if cardinality(v_ids) > p_rows_max then
    v_ids := v_ids[1:p_rows_max];
    last := array[coalesce(v_ats[p_rows_max], v_after_at)::text, coalesce(v_ids[p_rows_max], v_after_id)::text];
  end if;
  seen := coalesce(cardinality(v_ids), 0);

  update audit_log a
  set request_id = null
  from unnest(v_ats[1:p_rows_max], v_ids) as page (at, id)
  where a.operator_id = p_erasure.operator_id
    and a.at = page.at
    and a.id = page.id
    and a.request_id is not null
    and a.action <> 'entity.erase';
  get diagnostics changed = row_count;
end
$$;

-- Removes the external id from batch reports and from the stored responses that repeat them. A report costs as many rows as it has errors:
-- at most 5,000, in 16 MiB. A step processes at least one report and at most 20, and stops at 8 MiB as stored.
create or replace function erase_reports(
  p_erasure erasures, p_after text[], p_rows_max int, out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_jobs_max constant int := 20;
  v_bytes_max constant bigint := 8388608;
  v_bytes bigint := 0;
  v_after text := coalesce(p_after[1], '');
  v_job record;
  v_name text;
begin
  changed := 0;
  seen := 0;
  for v_job in
    select s.job_id, j.failed, j.key_hash, j.completed_at <= p_erasure.reports_before as is_older,
      pg_column_size(j.errors) as bytes
    from batch_job_subjects s
    join batch_jobs j on j.operator_id = s.operator_id and j.id = s.job_id
    where s.operator_id = p_erasure.operator_id and s.subject = p_erasure.subject and s.job_id > v_after
    order by s.job_id
    limit v_jobs_max
  loop
    if p_rows_max = 0 or seen > 0 and (seen + v_job.failed >= p_rows_max or v_bytes + v_job.bytes > v_bytes_max) then
      last := array[v_after];
      return;
    end if;
    v_after := v_job.job_id;
    last := array[v_after];
    seen := seen + 1;
    continue when not v_job.is_older;
    seen := seen + v_job.failed;
    v_bytes := v_bytes + v_job.bytes;
    changed := changed + 1;

    with named as (
      select error ->> 'externalId' as name
      from batch_jobs j, jsonb_array_elements(j.errors) as error
      where j.operator_id = p_erasure.operator_id
        and j.id = v_job.job_id
        and sha256(convert_to(error ->> 'externalId', 'UTF8')) = p_erasure.subject
      limit 1
    )
    select n.name into v_name from named n;
    update batch_jobs j
    set errors = (
      select jsonb_agg(
        case when error ->> 'externalId' = v_name then error || '{"externalId": null}' else error end order by place
      )
      from jsonb_array_elements(j.errors) with ordinality as each_error (error, place)
    )
    where j.operator_id = p_erasure.operator_id and j.id = v_job.job_id and v_name is not null;
    -- The server wrote this JSON, and quotation marks inside strings are escaped, so the text can only match the field itself.
    update idempotency_keys k
    set reply = replace(k.reply, '"externalId":' || to_json(v_name) || ',', '"externalId":null,')
    where k.operator_id = p_erasure.operator_id
      and k.key_hash = v_job.key_hash
      and position(v_job.job_id in left(k.reply, 100)) > 0
      and v_name is not null;
    delete from batch_job_subjects s
    where s.operator_id = p_erasure.operator_id and s.subject = p_erasure.subject and s.job_id = v_job.job_id;
  end loop;

  if seen = 0 or not exists (
    select from batch_job_subjects s
    where s.operator_id = p_erasure.operator_id and s.subject = p_erasure.subject and s.job_id > v_after
  ) then
    last := null;
  end if;
end
$$;

-- Clears the request ids of reads of the entity's events, event by event: at most p_rows_max reads of at most p_events_max events. The
-- position is the last finished event and, if the next event was started, the last finished read of it.
create or replace function erase_event_reads(
  p_erasure erasures, p_after text[], p_rows_max int, p_events_max int,
  out changed bigint, out seen bigint, out last text[]
)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_after_at timestamptz := coalesce(p_after[1], '-infinity');
  v_after_id text := coalesce(p_after[2], '');
  v_within text[] := p_after[3:4];
  v_events int := 0;
  v_event record;
  v_reads record;
begin
  changed := 0;
  seen := 0;
  for v_event in
    select e.occurred_at, e.id
    from events e
    where e.operator_id = p_erasure.operator_id
      and e.entity_id = p_erasure.entity_id
      and e.occurred_at >= v_after_at
      and (e.occurred_at, e.id) > (v_after_at, v_after_id)
    order by e.occurred_at, e.id
    limit p_events_max + 1
  loop
    if v_events = p_events_max then
      last := array[v_after_at::text, v_after_id];
      return;
    end if;
    v_events := v_events + 1;
    v_reads := erase_request_ids(p_erasure, v_event.id, v_within, p_rows_max - seen::int);
    changed := changed + v_reads.changed;
    seen := seen + v_reads.seen;
    if v_reads.last is not null then
      last := array[v_after_at::text, v_after_id] || v_reads.last;
      return;
    end if;
    v_within := null;
    v_after_at := v_event.occurred_at;
    v_after_id := v_event.id;
  end loop;
end
$$;

revoke all on function erase_states, erase_replies, erase_request_ids, erase_reports, erase_event_reads from public;
