-- The queue's schema is the worker's. Its role may create nothing in the database, so the schema and the table that the queue
-- looks for first are made here; the rest is the queue's own migrations, which `migrate` runs as that role.
create schema graphile_worker authorization onehazel_worker;
set local role onehazel_worker;
create table graphile_worker.migrations (
  id int primary key,
  ts timestamptz not null default now(),
  breaking boolean not null default false
);
reset role;

-- One row for every run of retention; at most one of them is running.
create table retention_runs (
  operator_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  events_archived bigint not null default 0,
  events_removed bigint not null default 0,
  states_removed bigint not null default 0,
  -- What the run is at, and how far that has got: whoever takes it up again goes on from here.
  step text,
  after jsonb,
  primary key (operator_id, id)
);
create index retention_runs_newest on retention_runs (operator_id, started_at desc, id desc);
create unique index retention_runs_running on retention_runs (operator_id) where completed_at is null;

alter table retention_runs enable row level security, force row level security;
create policy operator_scope on retention_runs
  using (operator_id = nullif(current_setting('app.operator_id', true), ''));

-- How far an erasure has got that goes on in the background.
alter table erasures
  add column events_after_at timestamptz,
  add column events_after_id text collate "C";
create index erasures_running on erasures (operator_id, entity_id) where status = 'running';

-- How far the walk has got that a request asked for. A later request starts another.
alter table reseal_requests
  add column walk_of timestamptz,
  add column step text,
  add column after jsonb,
  add column rows_seen bigint not null default 0,
  add column rows_sealed bigint not null default 0,
  -- Rows that held a ciphertext which no key of ours opens: it was left as it is.
  add column rows_failed bigint not null default 0,
  add column completed_at timestamptz;

grant select on retention_runs to onehazel_server;

-- What the worker's tasks need, and no more; all of it under one operator's scope at a time.
grant select (id, pii_salt) on operators to onehazel_worker;
grant select on builtin_templates, templates to onehazel_worker;
grant select on settings to onehazel_worker;
grant update (events_archived_before) on settings to onehazel_worker;
grant select on entities to onehazel_worker;
grant update (data, sealed, master_key_id) on entities to onehazel_worker;
grant select, delete on events to onehazel_worker;
grant update (data, sealed, master_key_id) on events to onehazel_worker;
grant select (operator_id, entity_id, state_key, updated_at), delete on states to onehazel_worker;
grant select (operator_id, key_hash, expires_at), delete on idempotency_keys to onehazel_worker;
grant select (platform_id, key_hash, expires_at), delete on platform_idempotency_keys to onehazel_worker;
grant select (operator_id, id, created_at), delete on batch_jobs to onehazel_worker;
grant select, insert on retention_runs to onehazel_worker;
grant update (completed_at, events_archived, events_removed, states_removed, step, after)
  on retention_runs to onehazel_worker;
grant select on erasures to onehazel_worker;
grant update (status, events_redacted, completed_at, events_after_at, events_after_id) on erasures to onehazel_worker;
grant select on reseal_requests to onehazel_worker;
grant update (walk_of, step, after, rows_seen, rows_sealed, rows_failed, completed_at)
  on reseal_requests to onehazel_worker;

-- Of the audit log the worker may take away who read personal data, and nothing else.
grant select (operator_id, at, id, action), delete on audit_log to onehazel_worker;
create policy access_records_only on audit_log
  as restrictive
  for delete to onehazel_worker
  using (action in ('entity.read', 'event.read'));
