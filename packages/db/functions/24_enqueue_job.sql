-- Lets a request leave work behind for the worker, in its own transaction and for its own operator. Runs as the worker, whose
-- the queue is; the tasks that a request may ask for stand here.
grant create on schema public to onehazel_worker;
set local role onehazel_worker;

create or replace function enqueue_job(
  p_task text,
  -- An id of ours that the task is about; the empty text when it is about the operator.
  p_subject_id text
)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_operator_id text := nullif(current_setting('app.operator_id', true), '');
begin
  if v_operator_id is null then
    raise exception 'a job is enqueued under an operator''s scope';
  end if;
  -- 'erase-events' is what servers of the last release ask for.
  if p_task <> all (array['erase', 'erase-events', 'reseal']) then
    raise exception 'no request may enqueue this task';
  end if;

  perform graphile_worker.add_job(
    p_task,
    json_build_object('operatorId', v_operator_id, 'subjectId', p_subject_id),
    job_key := p_task || ':' || v_operator_id || ':' || p_subject_id
  );
end
$$;

revoke all on function enqueue_job from public;
grant execute on function enqueue_job to onehazel_server;

reset role;
revoke create on schema public from onehazel_worker;
