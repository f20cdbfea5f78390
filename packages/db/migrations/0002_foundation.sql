-- Ids and hashes compare byte for byte, so their columns are collated "C".
-- Every key of a table that holds an operator's data leads with operator_id. The exceptions are platforms and the tables
-- of platforms, operators, and the look-up of a key by its hash.

create table platforms (
  id text collate "C" primary key,
  name text not null,
  management_limit integer,
  created_at timestamptz not null default now()
);

create table platform_keys (
  platform_id text collate "C" not null references platforms (id),
  id uuid not null,
  key_hash bytea not null unique,
  label text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (platform_id, id)
);

create table operators (
  id text collate "C" primary key,
  platform_id text collate "C" not null references platforms (id),
  name text not null,
  plan text,
  status text not null default 'active' check (status in ('active', 'suspended')),
  contact_email text,
  industry text,
  configuration jsonb not null default '{}',
  -- Destroying the salt destroys the operator's key.
  pii_salt bytea not null check (octet_length(pii_salt) = 32),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  suspended_at timestamptz,
  check ((status = 'suspended') = (suspended_at is not null))
);
create index operators_newest on operators (platform_id, created_at desc, id desc);

create table api_keys (
  operator_id text collate "C" not null references operators (id),
  id uuid not null,
  key_hash bytea not null unique,
  label text,
  access text not null default 'write' check (access in ('write', 'read')),
  created_by text not null check (created_by in ('platform', 'operator', 'user')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (operator_id, id)
);

-- The same for everyone; changed by migrations only.
create table builtin_templates (
  id text collate "C" primary key,
  name text not null,
  version text not null,
  schema jsonb not null,
  created_at timestamptz not null default now()
);

create table settings (
  operator_id text collate "C" primary key references operators (id),
  template_id text collate "C",
  data_retention_days integer check (data_retention_days between 30 and 1825),
  retention_policy jsonb,
  updated_at timestamptz not null default now()
);

-- No foreign key to operators: each write would lock the same operator row, and the server only ever writes for an
-- operator whose key it has just resolved.
create table entities (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  external_id text collate "C",
  entity_type text collate "C",
  data jsonb not null,
  -- Which top-level fields of data are ciphertext: stored, never guessed from their look.
  sealed text[] not null default '{}',
  master_key_id text collate "C",
  created_at timestamptz not null,
  updated_at timestamptz not null,
  erased_at timestamptz,
  -- What is left of the external id after erasure: a hash under the operator's key.
  external_id_hash bytea,
  primary key (operator_id, id),
  unique (operator_id, external_id),
  check ((erased_at is null) = (external_id is not null and entity_type is not null)),
  check ((erased_at is null) = (external_id_hash is null)),
  check (sealed = '{}' or master_key_id is not null)
);
create index entities_newest on entities (operator_id, created_at desc, id desc) where erased_at is null;
create index entities_newest_of_type on entities (operator_id, entity_type, created_at desc, id desc)
  where erased_at is null;
create index entities_changes on entities (operator_id, updated_at, id);

create table erasures (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  entity_id text collate "C" not null,
  status text not null check (status in ('completed', 'running')),
  events_redacted bigint not null default 0,
  states_removed bigint not null default 0,
  replies_purged bigint not null default 0,
  requested_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (operator_id, id)
);

create table idempotency_keys (
  operator_id text collate "C" not null,
  -- Hashed with the operator, never as sent: keys often carry the person.
  key_hash bytea not null,
  fingerprint bytea,
  -- The master key that the fingerprint was made under, and is compared under.
  master_key_id text collate "C",
  -- SHA-256 of the external id that the reply is about, so that erasure finds it.
  subject bytea,
  status smallint,
  reply text,
  erased boolean not null default false,
  expires_at timestamptz not null,
  primary key (operator_id, key_hash)
);
create index idempotency_keys_subject on idempotency_keys (operator_id, subject) where subject is not null;

create table platform_idempotency_keys (
  platform_id text collate "C" not null,
  key_hash bytea not null,
  fingerprint bytea,
  master_key_id text collate "C",
  status smallint,
  reply text,
  erased boolean not null default false,
  expires_at timestamptz not null,
  primary key (platform_id, key_hash)
);

-- Statistics keep samples of values, and would keep those of people after their erasure. Every look-up by these columns is by
-- a unique index, so the planner needs none.
alter table entities alter column external_id set statistics 0, alter column data set statistics 0;
alter table idempotency_keys alter column reply set statistics 0;
alter table platform_idempotency_keys alter column reply set statistics 0;
