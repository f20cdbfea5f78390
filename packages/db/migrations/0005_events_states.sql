-- Events, by month of occurred_at. The id of an event begins with the hour it occurred in, so that one of them is found
-- without looking into every month.
create table events (
  operator_id text collate "C" not null,
  entity_id text collate "C" not null,
  id text collate "C" not null,
  event_type text collate "C" not null,
  data jsonb not null,
  sealed text[] not null default '{}',
  master_key_id text collate "C",
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (operator_id, occurred_at, id),
  check (sealed = '{}' or master_key_id is not null)
) partition by range (occurred_at);
create index events_of_entity on events (operator_id, entity_id, occurred_at desc, id desc);
create index events_of_entity_type on events (operator_id, entity_id, event_type, occurred_at desc, id desc);

-- What no month has been made for yet; no request ever runs DDL.
create table events_default partition of events default;

create table states (
  operator_id text collate "C" not null,
  entity_id text collate "C" not null,
  state_key text collate "C" not null,
  value jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (operator_id, entity_id, state_key)
);

create table batch_jobs (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  type text not null check (type in ('entities', 'events', 'states')),
  total integer not null,
  succeeded integer not null,
  failed integer not null,
  -- [{index, externalId, code, message}]
  errors jsonb not null,
  -- The idempotency key whose remembered reply repeats the errors.
  key_hash bytea,
  created_at timestamptz not null default now(),
  completed_at timestamptz not null default now(),
  primary key (operator_id, id)
);
create index batch_jobs_newest on batch_jobs (operator_id, created_at desc, id desc);

-- SHA-256 of every external id that a job's errors name, so that erasure finds them. A table and not an array of the job:
-- under row-level security an index on arrays is of no use, since their operators are not leakproof.
create table batch_job_subjects (
  operator_id text collate "C" not null,
  subject bytea not null,
  job_id text collate "C" not null,
  primary key (operator_id, subject, job_id),
  foreign key (operator_id, job_id) references batch_jobs (operator_id, id) on delete cascade
);
create index batch_job_subjects_of_job on batch_job_subjects (operator_id, job_id);

-- Since when an operator's events count as archived: moved on by the daily run of retention.
alter table settings add column events_archived_before timestamptz;

create table audit_log (
  operator_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  actor_type text not null,
  actor_id text,
  action text not null,
  target_type text not null,
  target_id text,
  request_id text,
  primary key (operator_id, at, id)
);
create index audit_log_action on audit_log (operator_id, action, at desc, id desc);
create index audit_log_target on audit_log (operator_id, target_id, at desc, id desc);

create table platform_audit_log (
  platform_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  actor_type text not null,
  actor_id text,
  action text not null,
  target_type text not null,
  target_id text,
  request_id text,
  primary key (platform_id, at, id)
);
create index platform_audit_log_action on platform_audit_log (platform_id, action, at desc, id desc);
create index platform_audit_log_target on platform_audit_log (platform_id, target_id, at desc, id desc);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'events', 'events_default', 'states', 'batch_jobs', 'batch_job_subjects', 'audit_log'
  ] loop
    execute format('alter table %I enable row level security, force row level security', tenant_table);
    execute format(
      'create policy operator_scope on %I using (operator_id = nullif(current_setting(''app.operator_id'', true), ''''))',
      tenant_table
    );
  end loop;
end
$$;

alter table platform_audit_log enable row level security, force row level security;
create policy platform_scope on platform_audit_log
  using (platform_id = nullif(current_setting('app.platform_id', true), ''));

-- What a platform does to an operator stands in that operator's log too.
create policy managed_operator_scope on audit_log
  for insert
  with check (operator_id = nullif(current_setting('app.managed_operator_id', true), ''));

-- Append-only for the server: erasure and retention have functions of their own.
grant select, insert on events, audit_log, platform_audit_log to onehazel_server;
grant select, insert, update, delete on states to onehazel_server;
grant select, insert, update on batch_jobs to onehazel_server;
grant select, insert, delete on batch_job_subjects to onehazel_server;
