-- Called by a batch before it stores its report. Blocks the operator's erasures until the batch commits: an erasure either ends before,
-- and the batch finds it, or starts after, and finds the report. Returns false if the operator has no erased entity: then the batch can
-- skip the lookup of names.
create or replace function begin_report(p_operator_id text)
returns boolean
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('reports:' || p_operator_id, 0));
  return exists (
    select from entities e where e.operator_id = p_operator_id and e.external_id_hash is not null
  );
end
$$;

-- Returns the external ids that belonged to an erased entity and belong to no living one. p_names and p_hashes are pairs: a name is
-- repeated for each of its hashes, one per master key.
create or replace function list_erased_names(p_operator_id text, p_names text[], p_hashes bytea[])
returns text[]
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(array_agg(n.name), '{}')
  from unnest(p_names, p_hashes) as n (name, hash)
  -- With a limit, the planner looks up each hash in the index even if it expects many rows.
  cross join lateral (
    select from entities e
    where e.operator_id = p_operator_id and e.external_id_hash = n.hash
    limit 1
  ) erased
  where not exists (
    select from entities e where e.operator_id = p_operator_id and e.external_id = n.name
  )
$$;

-- Whether an erasure of the operator is running, so whether reports have anything to hide.
create or replace function has_running_erasure(p_operator_id text)
returns boolean
language plpgsql stable
set search_path = pg_catalog, public, pg_temp
as $$
begin
  return exists (select from erasures r where r.operator_id = p_operator_id and r.subject is not null);
end
$$;

-- The hashed external ids that a report must not show: those of erasures that have not redacted the report yet.
create or replace function list_hidden_subjects(p_operator_id text, p_job_id text)
returns bytea[]
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
  select array(
    select r.subject
    from batch_jobs j
    join batch_job_subjects s on s.operator_id = j.operator_id and s.job_id = j.id
    join erasures r on r.operator_id = s.operator_id and r.subject = s.subject and j.completed_at <= r.reports_before
    where j.operator_id = p_operator_id and j.id = p_job_id
  )
$$;

revoke all on function begin_report, list_erased_names, has_running_erasure, list_hidden_subjects from public;
grant execute on function begin_report, list_erased_names, has_running_erasure, list_hidden_subjects to onehazel_server;
