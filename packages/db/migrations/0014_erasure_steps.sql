-- Erasure redacts everything whose size a caller decides in bounded steps; this is how far each erasure has got.

alter table erasures
  -- SHA-256 of the external id, as replies and reports are indexed by. Null once the erasure is completed.
  add column subject bytea,
  -- Reports written up to here name the erased entity; a later report may name its successor.
  add column reports_before timestamptz,
  -- The step that is under way and its position. Null for an erasure of an earlier release, which has only events left.
  add column step text,
  add column after text[],
  -- A worker of an earlier release knows only events, and must not complete an erasure that has more left.
  add constraint erasures_completed_check check (status <> 'completed' or (step is null and subject is null));
create index erasures_of_subject on erasures (operator_id, subject) where subject is not null;

-- The entity that a stored response is about. Two entities can follow each other under one external id, so `subject` is not enough.
-- Null for responses of an earlier release, which last 24 hours.
alter table idempotency_keys add column entity_id text collate "C";
create index idempotency_keys_of_entity on idempotency_keys (operator_id, subject, entity_id, key_hash)
  where subject is not null;
drop index idempotency_keys_subject;

-- Finds out whether an external id was erased.
create index entities_erased on entities (operator_id, external_id_hash) where external_id_hash is not null;

-- A report can be deleted by the operator.
grant delete on batch_jobs to onehazel_server;
