-- Written by `pnpm --filter @onehazel/db schema:dump` from a freshly migrated database. Never edit it.

-- roles (of the cluster)

create role onehazel_auth;
create role onehazel_owner createrole;
create role onehazel_server;
create role onehazel_worker;

-- schemas

create schema graphile_worker authorization onehazel_worker;

-- types

create type write_outcome as (outcome text, status smallint, reply text, fingerprint bytea, fingerprint_master_key_id text, erased boolean);

-- tables

create table public.api_keys (
  operator_id text collate "C" not null,
  id uuid not null,
  key_hash bytea not null,
  label text,
  access text not null default 'write'::text,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  credential_stamp uuid not null default gen_random_uuid(),
  constraint api_keys_pkey PRIMARY KEY (operator_id, id),
  constraint api_keys_access_check CHECK ((access = ANY (ARRAY['write'::text, 'read'::text]))),
  constraint api_keys_created_by_check CHECK ((created_by = ANY (ARRAY['platform'::text, 'operator'::text, 'user'::text]))),
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
alter table public.api_keys owner to onehazel_owner;

create table public.audit_log (
  operator_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  at timestamp with time zone not null default clock_timestamp(),
  actor_type text not null,
  actor_id text,
  action text not null,
  target_type text not null,
  target_id text,
  request_id text,
  constraint audit_log_pkey PRIMARY KEY (operator_id, at, id)
);
alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
alter table public.audit_log owner to onehazel_owner;

create table public.batch_job_subjects (
  operator_id text collate "C" not null,
  subject bytea not null,
  job_id text collate "C" not null,
  constraint batch_job_subjects_pkey PRIMARY KEY (operator_id, subject, job_id),
  constraint batch_job_subjects_operator_id_job_id_fkey FOREIGN KEY (operator_id, job_id) REFERENCES batch_jobs(operator_id, id) ON DELETE CASCADE
);
alter table public.batch_job_subjects enable row level security;
alter table public.batch_job_subjects force row level security;
alter table public.batch_job_subjects owner to onehazel_owner;

create table public.batch_jobs (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  type text not null,
  total integer not null,
  succeeded integer not null,
  failed integer not null,
  errors jsonb not null,
  key_hash bytea,
  created_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone not null default now(),
  constraint batch_jobs_pkey PRIMARY KEY (operator_id, id),
  constraint batch_jobs_type_check CHECK ((type = ANY (ARRAY['entities'::text, 'events'::text, 'states'::text])))
);
alter table public.batch_jobs enable row level security;
alter table public.batch_jobs force row level security;
alter table public.batch_jobs owner to onehazel_owner;

create table public.builtin_templates (
  id text collate "C" not null,
  name text not null,
  version text not null,
  schema jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint builtin_templates_pkey PRIMARY KEY (id)
);
alter table public.builtin_templates owner to onehazel_owner;

create table public.destroyed_operators (
  platform_id text collate "C" not null,
  id text collate "C" not null,
  suspended_at timestamp with time zone not null,
  destroyed_at timestamp with time zone not null default clock_timestamp(),
  rows_removed bigint not null default 0,
  completed_at timestamp with time zone,
  constraint destroyed_operators_pkey PRIMARY KEY (platform_id, id),
  constraint destroyed_operators_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id)
);
alter table public.destroyed_operators enable row level security;
alter table public.destroyed_operators force row level security;
alter table public.destroyed_operators owner to onehazel_owner;

create table public.entities (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  external_id text collate "C",
  entity_type text collate "C",
  data jsonb not null,
  sealed text[] not null default '{}'::text[],
  master_key_id text collate "C",
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  erased_at timestamp with time zone,
  external_id_hash bytea,
  constraint entities_pkey PRIMARY KEY (operator_id, id),
  constraint entities_check CHECK (((erased_at IS NULL) = ((external_id IS NOT NULL) AND (entity_type IS NOT NULL)))),
  constraint entities_check1 CHECK (((erased_at IS NULL) = (external_id_hash IS NULL))),
  constraint entities_check2 CHECK (((sealed = '{}'::text[]) OR (master_key_id IS NOT NULL))),
  constraint entities_operator_id_external_id_key UNIQUE (operator_id, external_id)
);
alter table public.entities enable row level security;
alter table public.entities force row level security;
alter table public.entities owner to onehazel_owner;

create table public.erasures (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  entity_id text collate "C" not null,
  status text not null,
  events_redacted bigint not null default 0,
  states_removed bigint not null default 0,
  replies_purged bigint not null default 0,
  requested_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone,
  events_after_at timestamp with time zone,
  events_after_id text collate "C",
  subject bytea,
  reports_before timestamp with time zone,
  step text,
  after text[],
  constraint erasures_pkey PRIMARY KEY (operator_id, id),
  constraint erasures_completed_check CHECK (((status <> 'completed'::text) OR ((step IS NULL) AND (subject IS NULL)))),
  constraint erasures_status_check CHECK ((status = ANY (ARRAY['completed'::text, 'running'::text])))
);
alter table public.erasures enable row level security;
alter table public.erasures force row level security;
alter table public.erasures owner to onehazel_owner;

create table public.events (
  operator_id text collate "C" not null,
  entity_id text collate "C" not null,
  id text collate "C" not null,
  event_type text collate "C" not null,
  data jsonb not null,
  sealed text[] not null default '{}'::text[],
  master_key_id text collate "C",
  occurred_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint events_pkey PRIMARY KEY (operator_id, occurred_at, id),
  constraint events_check CHECK (((sealed = '{}'::text[]) OR (master_key_id IS NOT NULL)))
) partition by RANGE (occurred_at);
alter table public.events enable row level security;
alter table public.events force row level security;
alter table public.events owner to onehazel_owner;

create table public.idempotency_keys (
  operator_id text collate "C" not null,
  key_hash bytea not null,
  fingerprint bytea,
  master_key_id text collate "C",
  subject bytea,
  status smallint,
  reply text,
  erased boolean not null default false,
  expires_at timestamp with time zone not null,
  entity_id text collate "C",
  constraint idempotency_keys_pkey PRIMARY KEY (operator_id, key_hash)
);
alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
alter table public.idempotency_keys owner to onehazel_owner;

create table public.master_keys (
  id text collate "C" not null,
  check_value bytea,
  sealing_at timestamp with time zone,
  rotated_to_at timestamp with time zone,
  retired_at timestamp with time zone,
  constraint master_keys_pkey PRIMARY KEY (id),
  constraint master_keys_id_check CHECK ((id ~ '^[A-Za-z0-9_-]{1,32}$'::text))
);
alter table public.master_keys owner to onehazel_owner;

create table public.operators (
  id text collate "C" not null,
  platform_id text collate "C" not null,
  name text not null,
  plan text,
  status text not null default 'active'::text,
  contact_email text,
  industry text,
  configuration jsonb not null default '{}'::jsonb,
  pii_salt bytea not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  suspended_at timestamp with time zone,
  credential_stamp uuid not null default gen_random_uuid(),
  constraint operators_pkey PRIMARY KEY (id),
  constraint operators_check CHECK (((status = 'suspended'::text) = (suspended_at IS NOT NULL))),
  constraint operators_pii_salt_check CHECK ((octet_length(pii_salt) = 32)),
  constraint operators_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id),
  constraint operators_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
alter table public.operators enable row level security;
alter table public.operators force row level security;
alter table public.operators owner to onehazel_owner;

create table public.platform_audit_log (
  platform_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  at timestamp with time zone not null default clock_timestamp(),
  actor_type text not null,
  actor_id text,
  action text not null,
  target_type text not null,
  target_id text,
  request_id text,
  constraint platform_audit_log_pkey PRIMARY KEY (platform_id, at, id)
);
alter table public.platform_audit_log enable row level security;
alter table public.platform_audit_log force row level security;
alter table public.platform_audit_log owner to onehazel_owner;

create table public.platform_idempotency_keys (
  platform_id text collate "C" not null,
  key_hash bytea not null,
  fingerprint bytea,
  master_key_id text collate "C",
  status smallint,
  reply text,
  erased boolean not null default false,
  expires_at timestamp with time zone not null,
  constraint platform_idempotency_keys_pkey PRIMARY KEY (platform_id, key_hash)
);
alter table public.platform_idempotency_keys enable row level security;
alter table public.platform_idempotency_keys force row level security;
alter table public.platform_idempotency_keys owner to onehazel_owner;

create table public.platform_keys (
  platform_id text collate "C" not null,
  id uuid not null,
  key_hash bytea not null,
  label text,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint platform_keys_pkey PRIMARY KEY (platform_id, id),
  constraint platform_keys_key_hash_key UNIQUE (key_hash),
  constraint platform_keys_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id)
);
alter table public.platform_keys enable row level security;
alter table public.platform_keys force row level security;
alter table public.platform_keys owner to onehazel_owner;

create table public.platforms (
  id text collate "C" not null,
  name text not null,
  management_limit integer,
  created_at timestamp with time zone not null default now(),
  constraint platforms_pkey PRIMARY KEY (id)
);
alter table public.platforms enable row level security;
alter table public.platforms force row level security;
alter table public.platforms owner to onehazel_owner;

create table public.reseal_requests (
  operator_id text collate "C" not null,
  requested_at timestamp with time zone not null default now(),
  walk_of timestamp with time zone,
  step text,
  after jsonb,
  rows_seen bigint not null default 0,
  rows_sealed bigint not null default 0,
  rows_failed bigint not null default 0,
  completed_at timestamp with time zone,
  master_key_id text collate "C",
  constraint reseal_requests_pkey PRIMARY KEY (operator_id),
  constraint reseal_requests_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.reseal_requests enable row level security;
alter table public.reseal_requests force row level security;
alter table public.reseal_requests owner to onehazel_owner;

create table public.retention_runs (
  operator_id text collate "C" not null,
  id uuid not null default gen_random_uuid(),
  started_at timestamp with time zone not null default now(),
  completed_at timestamp with time zone,
  events_archived bigint not null default 0,
  events_removed bigint not null default 0,
  states_removed bigint not null default 0,
  step text,
  after jsonb,
  constraint retention_runs_pkey PRIMARY KEY (operator_id, id)
);
alter table public.retention_runs enable row level security;
alter table public.retention_runs force row level security;
alter table public.retention_runs owner to onehazel_owner;

create table public.schema_functions (
  only_row boolean not null default true,
  hash text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_functions_pkey PRIMARY KEY (only_row),
  constraint schema_functions_only_row_check CHECK (only_row)
);
alter table public.schema_functions owner to onehazel_owner;

create table public.schema_migrations (
  id integer not null default nextval('schema_migrations_id_seq'::regclass),
  name character varying(255),
  batch integer,
  migration_time timestamp with time zone,
  constraint schema_migrations_pkey PRIMARY KEY (id)
);
alter table public.schema_migrations owner to onehazel_owner;

create table public.schema_migrations_lock (
  index integer not null default nextval('schema_migrations_lock_index_seq'::regclass),
  is_locked integer,
  constraint schema_migrations_lock_pkey PRIMARY KEY (index)
);
alter table public.schema_migrations_lock owner to onehazel_owner;

create table public.settings (
  operator_id text collate "C" not null,
  template_id text collate "C",
  data_retention_days integer,
  retention_policy jsonb,
  updated_at timestamp with time zone not null default now(),
  events_archived_before timestamp with time zone,
  credential_stamp uuid not null default gen_random_uuid(),
  constraint settings_pkey PRIMARY KEY (operator_id),
  constraint settings_data_retention_days_check CHECK (((data_retention_days >= 30) AND (data_retention_days <= 1825))),
  constraint settings_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.settings enable row level security;
alter table public.settings force row level security;
alter table public.settings owner to onehazel_owner;

create table public.states (
  operator_id text collate "C" not null,
  entity_id text collate "C" not null,
  state_key text collate "C" not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now(),
  constraint states_pkey PRIMARY KEY (operator_id, entity_id, state_key)
);
alter table public.states enable row level security;
alter table public.states force row level security;
alter table public.states owner to onehazel_owner;

create table public.templates (
  operator_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  version integer not null default 1,
  schema jsonb not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint templates_pkey PRIMARY KEY (operator_id, id),
  constraint templates_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.templates enable row level security;
alter table public.templates force row level security;
alter table public.templates owner to onehazel_owner;

create table public.user_profiles (
  operator_id text collate "C",
  platform_id text collate "C",
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  constraint user_profiles_pkey PRIMARY KEY (user_id),
  constraint user_profiles_check CHECK ((num_nonnulls(operator_id, platform_id) = 1)),
  constraint user_profiles_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id),
  constraint user_profiles_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id),
  constraint user_profiles_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);
alter table public.user_profiles enable row level security;
alter table public.user_profiles force row level security;
alter table public.user_profiles owner to onehazel_owner;


-- indexes

CREATE INDEX api_keys_active ON public.api_keys USING btree (operator_id, expires_at) WHERE (revoked_at IS NULL);
CREATE INDEX api_keys_newest ON public.api_keys USING btree (operator_id, created_at DESC, id DESC);
CREATE INDEX audit_log_action ON public.audit_log USING btree (operator_id, action, at DESC, id DESC);
CREATE INDEX audit_log_target ON public.audit_log USING btree (operator_id, target_id, at DESC, id DESC);
CREATE INDEX batch_job_subjects_of_job ON public.batch_job_subjects USING btree (operator_id, job_id);
CREATE INDEX batch_jobs_newest ON public.batch_jobs USING btree (operator_id, created_at DESC, id DESC);
CREATE INDEX entities_changes ON public.entities USING btree (operator_id, updated_at, id);
CREATE INDEX entities_erased ON public.entities USING btree (operator_id, external_id_hash) WHERE (external_id_hash IS NOT NULL);
CREATE INDEX entities_newest ON public.entities USING btree (operator_id, created_at DESC, id DESC) WHERE (erased_at IS NULL);
CREATE INDEX entities_newest_of_type ON public.entities USING btree (operator_id, entity_type, created_at DESC, id DESC) WHERE (erased_at IS NULL);
CREATE INDEX erasures_of_subject ON public.erasures USING btree (operator_id, subject) WHERE (subject IS NOT NULL);
CREATE INDEX erasures_running ON public.erasures USING btree (operator_id, entity_id) WHERE (status = 'running'::text);
CREATE INDEX events_of_entity ON ONLY public.events USING btree (operator_id, entity_id, occurred_at DESC, id DESC);
CREATE INDEX events_of_entity_type ON ONLY public.events USING btree (operator_id, entity_id, event_type, occurred_at DESC, id DESC);
CREATE INDEX idempotency_keys_of_entity ON public.idempotency_keys USING btree (operator_id, subject, entity_id, key_hash) WHERE (subject IS NOT NULL);
CREATE INDEX operators_newest ON public.operators USING btree (platform_id, created_at DESC, id DESC);
CREATE INDEX operators_newest_of_plan ON public.operators USING btree (platform_id, plan, created_at DESC, id DESC);
CREATE INDEX operators_newest_of_status ON public.operators USING btree (platform_id, status, created_at DESC, id DESC);
CREATE INDEX platform_audit_log_action ON public.platform_audit_log USING btree (platform_id, action, at DESC, id DESC);
CREATE INDEX platform_audit_log_target ON public.platform_audit_log USING btree (platform_id, target_id, at DESC, id DESC);
CREATE INDEX retention_runs_newest ON public.retention_runs USING btree (operator_id, started_at DESC, id DESC);
CREATE INDEX user_profiles_of_operator ON public.user_profiles USING btree (operator_id) WHERE (operator_id IS NOT NULL);
CREATE INDEX user_profiles_of_platform ON public.user_profiles USING btree (platform_id) WHERE (platform_id IS NOT NULL);
CREATE UNIQUE INDEX retention_runs_running ON public.retention_runs USING btree (operator_id) WHERE (completed_at IS NULL);

-- policies

create policy credential_lookup on public.api_keys as permissive for select to onehazel_auth
  using (true);
create policy managed_operator_scope on public.api_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.managed_operator_id'::text, true), ''::text)));
create policy operator_scope on public.api_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy access_records_only on public.audit_log as restrictive for delete to onehazel_worker
  using ((action = ANY (ARRAY['entity.read'::text, 'event.read'::text])));
create policy managed_operator_scope on public.audit_log as permissive for insert to public
  with check ((operator_id = NULLIF(current_setting('app.managed_operator_id'::text, true), ''::text)));
create policy operator_scope on public.audit_log as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.batch_job_subjects as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.batch_jobs as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.destroyed_operators as permissive for select to onehazel_auth
  using (true);
create policy platform_scope on public.destroyed_operators as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy operator_scope on public.entities as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.erasures as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.events as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.idempotency_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.operators as permissive for select to onehazel_auth
  using (true);
create policy operator_scope on public.operators as permissive for select to public
  using ((id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy platform_scope on public.operators as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy platform_scope on public.platform_audit_log as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy platform_scope on public.platform_idempotency_keys as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy credential_lookup on public.platform_keys as permissive for select to onehazel_auth
  using (true);
create policy platform_scope on public.platform_keys as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy credential_lookup on public.platforms as permissive for select to onehazel_auth
  using (true);
create policy platform_scope on public.platforms as permissive for all to public
  using ((id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));
create policy operator_scope on public.reseal_requests as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.retention_runs as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.settings as permissive for select to onehazel_auth
  using (true);
create policy operator_scope on public.settings as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.states as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.templates as permissive for select to onehazel_auth
  using (true);
create policy operator_scope on public.templates as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.user_profiles as permissive for select to onehazel_auth
  using (true);
create policy managed_operator_scope on public.user_profiles as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.managed_operator_id'::text, true), ''::text)));
create policy operator_scope on public.user_profiles as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy platform_scope on public.user_profiles as permissive for all to public
  using ((platform_id = NULLIF(current_setting('app.platform_id'::text, true), ''::text)));

-- triggers

CREATE TRIGGER stamp_credential BEFORE UPDATE OF id, platform_id, status, pii_salt, configuration ON public.operators FOR EACH ROW EXECUTE FUNCTION stamp_credential();
CREATE TRIGGER stamp_credential BEFORE UPDATE OF operator_id, id, key_hash, access, expires_at, revoked_at ON public.api_keys FOR EACH ROW EXECUTE FUNCTION stamp_credential();
CREATE TRIGGER stamp_credential BEFORE UPDATE OF operator_id, template_id ON public.settings FOR EACH ROW EXECUTE FUNCTION stamp_credential();
CREATE TRIGGER stamp_settings AFTER INSERT OR DELETE OR UPDATE OF operator_id, id, version, schema ON public.templates FOR EACH ROW EXECUTE FUNCTION stamp_settings_of_template();
CREATE TRIGGER stamp_settings AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.builtin_templates FOR EACH STATEMENT EXECUTE FUNCTION stamp_settings_of_builtin_templates();

-- functions (their bodies are in functions/ and the migrations)

create function public.advance_erasure(p_entity_id text, p_rows_max integer, OUT erasure_id text, OUT changed bigint, OUT is_done boolean)
  returns record
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.advance_erasure(p_entity_id text, p_rows_max integer, OUT erasure_id text, OUT changed bigint, OUT is_done boolean) owner to onehazel_owner;

create function public.announce_master_keys(p_ids text[], p_check_values bytea[], p_stays boolean, OUT retired boolean, OUT mismatched text[])
  returns record
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.announce_master_keys(p_ids text[], p_check_values bytea[], p_stays boolean, OUT retired boolean, OUT mismatched text[]) owner to onehazel_owner;

create function public.batch_entities(p_operator_id text, p_template_ref text, p_ids text[], p_external_ids text[], p_entity_types text[], p_data text, p_sealed text[], p_master_key_id text, p_named json)
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.batch_entities(p_operator_id text, p_template_ref text, p_ids text[], p_external_ids text[], p_entity_types text[], p_data text, p_sealed text[], p_master_key_id text, p_named json) owner to onehazel_owner;

create function public.batch_events(p_operator_id text, p_template_ref text, p_external_ids json, p_events json)
  returns text[]
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.batch_events(p_operator_id text, p_template_ref text, p_external_ids json, p_events json) owner to onehazel_owner;

create function public.batch_states(p_operator_id text, p_template_ref text, p_external_ids json, p_states json)
  returns text[]
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.batch_states(p_operator_id text, p_template_ref text, p_external_ids json, p_states json) owner to onehazel_owner;

create function public.begin_report(p_operator_id text)
  returns boolean
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.begin_report(p_operator_id text) owner to onehazel_owner;

create function public.begin_write(p_operator_id text, p_credential_hash bytea, p_credential_stamp bytea)
  returns boolean
  language plpgsql volatile security invoker;
alter function public.begin_write(p_operator_id text, p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;

create function public.change_stamp(p_operator_id text)
  returns timestamp with time zone
  language sql volatile security invoker;
alter function public.change_stamp(p_operator_id text) owner to onehazel_owner;

create function public.changes_complete_before(p_operator_id text)
  returns timestamp with time zone
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.changes_complete_before(p_operator_id text) owner to onehazel_owner;

create function public.count_event_month(p_month timestamp with time zone, p_next timestamp with time zone)
  returns text[]
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.count_event_month(p_month timestamp with time zone, p_next timestamp with time zone) owner to onehazel_owner;

create function public.credential_holds(p_credential_hash bytea, p_stamp bytea)
  returns boolean
  language plpgsql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.credential_holds(p_credential_hash bytea, p_stamp bytea) owner to onehazel_auth;

create function public.credential_stamp(p_of_key uuid, p_of_operator uuid, p_of_settings uuid)
  returns bytea
  language sql immutable security invoker;
alter function public.credential_stamp(p_of_key uuid, p_of_operator uuid, p_of_settings uuid) owner to onehazel_auth;

create function public.drop_event_month()
  returns timestamp with time zone
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp
  set lock_timeout=3s
  set TimeZone=UTC
  set DateStyle=ISO;
alter function public.drop_event_month() owner to onehazel_owner;

create function public.enqueue_job(p_task text, p_subject_id text)
  returns void
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.enqueue_job(p_task text, p_subject_id text) owner to onehazel_worker;

create function public.erase_at_once(p_entity_id text, p_rows_max integer)
  returns boolean
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_at_once(p_entity_id text, p_rows_max integer) owner to onehazel_owner;

create function public.erase_event_reads(p_erasure erasures, p_after text[], p_rows_max integer, p_events_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_event_reads(p_erasure erasures, p_after text[], p_rows_max integer, p_events_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.erase_replies(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_replies(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.erase_reports(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_reports(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.erase_request_ids(p_erasure erasures, p_target_id text, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_request_ids(p_erasure erasures, p_target_id text, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.erase_states(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.erase_states(p_erasure erasures, p_after text[], p_rows_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.event_month_is_kept(p_month timestamp with time zone, p_next timestamp with time zone)
  returns boolean
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.event_month_is_kept(p_month timestamp with time zone, p_next timestamp with time zone) owner to onehazel_owner;

create function public.get_entities(p_operator_id text, p_external_ids text[], p_credential_hash bytea, p_credential_stamp bytea)
  returns TABLE(external_id text, id text, entity_type text, data jsonb, sealed text[], created_at timestamp with time zone, updated_at timestamp with time zone)
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp
  set plan_cache_mode=force_generic_plan;
alter function public.get_entities(p_operator_id text, p_external_ids text[], p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;

create function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone, p_credential_hash bytea DEFAULT NULL::bytea, p_credential_stamp bytea DEFAULT NULL::bytea)
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone, p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;

create function public.has_running_erasure(p_operator_id text)
  returns boolean
  language plpgsql stable security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.has_running_erasure(p_operator_id text) owner to onehazel_owner;

create function public.key_held(p_key_hash bytea)
  returns boolean
  language plpgsql volatile security invoker;
alter function public.key_held(p_key_hash bytea) owner to onehazel_owner;

create function public.list_erased_names(p_operator_id text, p_names text[], p_hashes bytea[])
  returns text[]
  language sql stable security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_erased_names(p_operator_id text, p_names text[], p_hashes bytea[]) owner to onehazel_owner;

create function public.list_event_month_operators(p_partition text)
  returns text[]
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp
  set row_security=off;
alter function public.list_event_month_operators(p_partition text) owner to onehazel_owner;

create function public.list_event_retention()
  returns TABLE(operator_id text, archive_days integer)
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_event_retention() owner to onehazel_auth;

create function public.list_hidden_subjects(p_operator_id text, p_job_id text)
  returns bytea[]
  language sql stable security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_hidden_subjects(p_operator_id text, p_job_id text) owner to onehazel_owner;

create function public.list_operator_ids()
  returns SETOF text
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_operator_ids() owner to onehazel_auth;

create function public.list_platform_ids()
  returns SETOF text
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_platform_ids() owner to onehazel_auth;

create function public.list_platforms()
  returns TABLE(id text, name text, management_limit integer, created_at timestamp with time zone, operators bigint)
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_platforms() owner to onehazel_auth;

create function public.list_user_profiles(p_user_id uuid)
  returns TABLE(user_id uuid, role text, operator_id text, platform_id text, created_at timestamp with time zone)
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.list_user_profiles(p_user_id uuid) owner to onehazel_auth;

create function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid) owner to onehazel_auth;

create function public.locate_destroyed(p_operator_id text)
  returns text
  language sql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.locate_destroyed(p_operator_id text) owner to onehazel_auth;

create function public.make_event_months()
  returns integer
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp
  set lock_timeout=3s
  set TimeZone=UTC;
alter function public.make_event_months() owner to onehazel_owner;

create function public.prepare_event_month()
  returns boolean
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp
  set lock_timeout=3s
  set TimeZone=UTC;
alter function public.prepare_event_month() owner to onehazel_owner;

create function public.record_accesses(p_groups jsonb)
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.record_accesses(p_groups jsonb) owner to onehazel_owner;

create function public.record_event(p_operator_id text, p_external_id text, p_id text, p_event_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_occurred_at timestamp with time zone, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea DEFAULT NULL::bytea, p_credential_stamp bytea DEFAULT NULL::bytea)
  returns write_outcome
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.record_event(p_operator_id text, p_external_id text, p_id text, p_event_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_occurred_at timestamp with time zone, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;

create function public.redact_events(p_entity_id text, p_after_at timestamp with time zone, p_after_id text, p_rows_max integer, OUT redacted bigint, OUT last_at timestamp with time zone, OUT last_id text)
  returns record
  language plpgsql volatile security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.redact_events(p_entity_id text, p_after_at timestamp with time zone, p_after_id text, p_rows_max integer, OUT redacted bigint, OUT last_at timestamp with time zone, OUT last_id text) owner to onehazel_owner;

create function public.remember_write(p_operator_id text, p_key_hash bytea, p_fingerprint bytea, p_master_key_id text, p_external_id text, p_entity_id text, p_status integer, p_reply text)
  returns boolean
  language plpgsql volatile security invoker;
alter function public.remember_write(p_operator_id text, p_key_hash bytea, p_fingerprint bytea, p_master_key_id text, p_external_id text, p_entity_id text, p_status integer, p_reply text) owner to onehazel_owner;

create function public.remembered_write(p_operator_id text, p_key_hash bytea)
  returns write_outcome
  language plpgsql volatile security invoker;
alter function public.remembered_write(p_operator_id text, p_key_hash bytea) owner to onehazel_owner;

create function public.require_template(p_operator_id text, p_template_ref text)
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.require_template(p_operator_id text, p_template_ref text) owner to onehazel_owner;

create function public.require_unwanted_event_month(p_partition text, p_next timestamp with time zone, p_counted text[])
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.require_unwanted_event_month(p_partition text, p_next timestamp with time zone, p_counted text[]) owner to onehazel_owner;

create function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT as_of timestamp with time zone, OUT stamp bytea)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT as_of timestamp with time zone, OUT stamp bytea) owner to onehazel_auth;

create function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean, OUT management_limit integer)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean, OUT management_limit integer) owner to onehazel_auth;

create function public.resolve_session(p_user_id uuid, p_known_template text, OUT user_id uuid, OUT role text, OUT operator_id text, OUT platform_id text, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT management_limit integer, OUT as_of timestamp with time zone)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public, pg_temp;
alter function public.resolve_session(p_user_id uuid, p_known_template text, OUT user_id uuid, OUT role text, OUT operator_id text, OUT platform_id text, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT management_limit integer, OUT as_of timestamp with time zone) owner to onehazel_auth;

create function public.run_erasure_step(p_erasure erasures, p_rows_max integer, p_events_max integer, OUT changed bigint, OUT seen bigint, OUT last text[])
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.run_erasure_step(p_erasure erasures, p_rows_max integer, p_events_max integer, OUT changed bigint, OUT seen bigint, OUT last text[]) owner to onehazel_owner;

create function public.set_state(p_operator_id text, p_external_id text, p_state_key text, p_value jsonb, p_template_ref text, p_reply text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea DEFAULT NULL::bytea, p_credential_stamp bytea DEFAULT NULL::bytea)
  returns write_outcome
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.set_state(p_operator_id text, p_external_id text, p_state_key text, p_value jsonb, p_template_ref text, p_reply text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;

create function public.stamp_credential()
  returns trigger
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.stamp_credential() owner to onehazel_owner;

create function public.stamp_settings_of_builtin_templates()
  returns trigger
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.stamp_settings_of_builtin_templates() owner to onehazel_owner;

create function public.stamp_settings_of_template()
  returns trigger
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.stamp_settings_of_template() owner to onehazel_owner;

create function public.template_held(p_operator_id text)
  returns boolean
  language sql volatile security invoker;
alter function public.template_held(p_operator_id text) owner to onehazel_owner;

create function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) owner to onehazel_owner;

create function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) owner to onehazel_owner;

create function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea DEFAULT NULL::bytea, p_credential_stamp bytea DEFAULT NULL::bytea)
  returns write_outcome
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public, pg_temp;
alter function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) owner to onehazel_owner;


-- grants (the owner's own are implied)

grant execute on function public.advance_erasure(p_entity_id text, p_rows_max integer, OUT erasure_id text, OUT changed bigint, OUT is_done boolean) to onehazel_worker;
grant execute on function public.announce_master_keys(p_ids text[], p_check_values bytea[], p_stays boolean, OUT retired boolean, OUT mismatched text[]) to onehazel_server;
grant execute on function public.announce_master_keys(p_ids text[], p_check_values bytea[], p_stays boolean, OUT retired boolean, OUT mismatched text[]) to onehazel_worker;
grant execute on function public.batch_entities(p_operator_id text, p_template_ref text, p_ids text[], p_external_ids text[], p_entity_types text[], p_data text, p_sealed text[], p_master_key_id text, p_named json) to onehazel_server;
grant execute on function public.batch_events(p_operator_id text, p_template_ref text, p_external_ids json, p_events json) to onehazel_server;
grant execute on function public.batch_states(p_operator_id text, p_template_ref text, p_external_ids json, p_states json) to onehazel_server;
grant execute on function public.begin_report(p_operator_id text) to onehazel_server;
grant execute on function public.begin_write(p_operator_id text, p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant execute on function public.change_stamp(p_operator_id text) to onehazel_server;
grant execute on function public.changes_complete_before(p_operator_id text) to onehazel_server;
grant execute on function public.credential_holds(p_credential_hash bytea, p_stamp bytea) to onehazel_server;
grant execute on function public.drop_event_month() to onehazel_worker;
grant execute on function public.enqueue_job(p_task text, p_subject_id text) to onehazel_server;
grant execute on function public.erase_at_once(p_entity_id text, p_rows_max integer) to onehazel_server;
grant execute on function public.get_entities(p_operator_id text, p_external_ids text[], p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant execute on function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone, p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant execute on function public.has_running_erasure(p_operator_id text) to onehazel_server;
grant execute on function public.key_held(p_key_hash bytea) to onehazel_server;
grant execute on function public.list_erased_names(p_operator_id text, p_names text[], p_hashes bytea[]) to onehazel_server;
grant execute on function public.list_event_retention() to onehazel_owner;
grant execute on function public.list_hidden_subjects(p_operator_id text, p_job_id text) to onehazel_server;
grant execute on function public.list_operator_ids() to onehazel_owner;
grant execute on function public.list_operator_ids() to onehazel_worker;
grant execute on function public.list_platform_ids() to onehazel_owner;
grant execute on function public.list_platform_ids() to onehazel_worker;
grant execute on function public.list_platforms() to onehazel_owner;
grant execute on function public.list_user_profiles(p_user_id uuid) to onehazel_owner;
grant execute on function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid) to onehazel_owner;
grant execute on function public.locate_destroyed(p_operator_id text) to onehazel_owner;
grant execute on function public.make_event_months() to onehazel_worker;
grant execute on function public.prepare_event_month() to onehazel_worker;
grant execute on function public.record_accesses(p_groups jsonb) to onehazel_server;
grant execute on function public.record_event(p_operator_id text, p_external_id text, p_id text, p_event_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_occurred_at timestamp with time zone, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant execute on function public.redact_events(p_entity_id text, p_after_at timestamp with time zone, p_after_id text, p_rows_max integer, OUT redacted bigint, OUT last_at timestamp with time zone, OUT last_id text) to onehazel_server;
grant execute on function public.redact_events(p_entity_id text, p_after_at timestamp with time zone, p_after_id text, p_rows_max integer, OUT redacted bigint, OUT last_at timestamp with time zone, OUT last_id text) to onehazel_worker;
grant execute on function public.remember_write(p_operator_id text, p_key_hash bytea, p_fingerprint bytea, p_master_key_id text, p_external_id text, p_entity_id text, p_status integer, p_reply text) to onehazel_server;
grant execute on function public.remembered_write(p_operator_id text, p_key_hash bytea) to onehazel_server;
grant execute on function public.require_template(p_operator_id text, p_template_ref text) to onehazel_server;
grant execute on function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT as_of timestamp with time zone, OUT stamp bytea) to onehazel_server;
grant execute on function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean, OUT management_limit integer) to onehazel_server;
grant execute on function public.resolve_session(p_user_id uuid, p_known_template text, OUT user_id uuid, OUT role text, OUT operator_id text, OUT platform_id text, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb, OUT rate_limits jsonb, OUT management_limit integer, OUT as_of timestamp with time zone) to onehazel_server;
grant execute on function public.set_state(p_operator_id text, p_external_id text, p_state_key text, p_value jsonb, p_template_ref text, p_reply text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant execute on function public.template_held(p_operator_id text) to onehazel_server;
grant execute on function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) to onehazel_server;
grant execute on function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) to onehazel_server;
grant execute on function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, p_credential_hash bytea, p_credential_stamp bytea) to onehazel_server;
grant usage on schema public to public;
grant select on table public.api_keys to onehazel_auth;
grant delete, insert, select on table public.api_keys to onehazel_server;
grant update on table public.api_keys (label) to onehazel_server;
grant update on table public.api_keys (last_used_at) to onehazel_server;
grant update on table public.api_keys (revoked_at) to onehazel_server;
grant insert, select on table public.audit_log to onehazel_server;
grant delete on table public.audit_log to onehazel_worker;
grant select on table public.audit_log (action) to onehazel_worker;
grant select on table public.audit_log (at) to onehazel_worker;
grant select on table public.audit_log (id) to onehazel_worker;
grant select on table public.audit_log (operator_id) to onehazel_worker;
grant delete, insert, select on table public.batch_job_subjects to onehazel_server;
grant delete, insert, select, update on table public.batch_jobs to onehazel_server;
grant delete on table public.batch_jobs to onehazel_worker;
grant select on table public.batch_jobs (created_at) to onehazel_worker;
grant select on table public.batch_jobs (id) to onehazel_worker;
grant select on table public.batch_jobs (operator_id) to onehazel_worker;
grant select on table public.builtin_templates to onehazel_auth;
grant select on table public.builtin_templates to onehazel_server;
grant select on table public.builtin_templates to onehazel_worker;
grant select on table public.destroyed_operators to onehazel_auth;
grant select on table public.destroyed_operators to onehazel_server;
grant insert, select, update on table public.entities to onehazel_server;
grant select on table public.entities to onehazel_worker;
grant update on table public.entities (data) to onehazel_worker;
grant update on table public.entities (master_key_id) to onehazel_worker;
grant update on table public.entities (sealed) to onehazel_worker;
grant insert, select, update on table public.erasures to onehazel_server;
grant select on table public.erasures to onehazel_worker;
grant update on table public.erasures (completed_at) to onehazel_worker;
grant update on table public.erasures (events_after_at) to onehazel_worker;
grant update on table public.erasures (events_after_id) to onehazel_worker;
grant update on table public.erasures (events_redacted) to onehazel_worker;
grant update on table public.erasures (status) to onehazel_worker;
grant insert, select on table public.events to onehazel_server;
grant delete, select on table public.events to onehazel_worker;
grant update on table public.events (data) to onehazel_worker;
grant update on table public.events (master_key_id) to onehazel_worker;
grant update on table public.events (sealed) to onehazel_worker;
grant insert, select, update on table public.idempotency_keys to onehazel_server;
grant delete on table public.idempotency_keys to onehazel_worker;
grant select on table public.idempotency_keys (expires_at) to onehazel_worker;
grant select on table public.idempotency_keys (key_hash) to onehazel_worker;
grant select on table public.idempotency_keys (operator_id) to onehazel_worker;
grant select on table public.master_keys to onehazel_worker;
grant select on table public.operators to onehazel_auth;
grant insert, select on table public.operators to onehazel_server;
grant update on table public.operators (configuration) to onehazel_server;
grant update on table public.operators (contact_email) to onehazel_server;
grant select on table public.operators (id) to onehazel_worker;
grant update on table public.operators (industry) to onehazel_server;
grant update on table public.operators (name) to onehazel_server;
grant select on table public.operators (pii_salt) to onehazel_worker;
grant update on table public.operators (plan) to onehazel_server;
grant update on table public.operators (status) to onehazel_server;
grant update on table public.operators (suspended_at) to onehazel_server;
grant update on table public.operators (updated_at) to onehazel_server;
grant insert, select on table public.platform_audit_log to onehazel_server;
grant insert, select, update on table public.platform_idempotency_keys to onehazel_server;
grant delete on table public.platform_idempotency_keys to onehazel_worker;
grant select on table public.platform_idempotency_keys (expires_at) to onehazel_worker;
grant select on table public.platform_idempotency_keys (key_hash) to onehazel_worker;
grant select on table public.platform_idempotency_keys (platform_id) to onehazel_worker;
grant select on table public.platform_keys to onehazel_auth;
grant select on table public.platform_keys to onehazel_server;
grant update on table public.platform_keys (last_used_at) to onehazel_server;
grant select on table public.platforms to onehazel_auth;
grant select on table public.platforms to onehazel_server;
grant insert, select, update on table public.reseal_requests to onehazel_server;
grant select on table public.reseal_requests to onehazel_worker;
grant update on table public.reseal_requests (after) to onehazel_worker;
grant update on table public.reseal_requests (completed_at) to onehazel_worker;
grant update on table public.reseal_requests (master_key_id) to onehazel_worker;
grant update on table public.reseal_requests (rows_failed) to onehazel_worker;
grant update on table public.reseal_requests (rows_sealed) to onehazel_worker;
grant update on table public.reseal_requests (rows_seen) to onehazel_worker;
grant update on table public.reseal_requests (step) to onehazel_worker;
grant update on table public.reseal_requests (walk_of) to onehazel_worker;
grant select on table public.retention_runs to onehazel_server;
grant insert, select on table public.retention_runs to onehazel_worker;
grant update on table public.retention_runs (after) to onehazel_worker;
grant update on table public.retention_runs (completed_at) to onehazel_worker;
grant update on table public.retention_runs (events_archived) to onehazel_worker;
grant update on table public.retention_runs (events_removed) to onehazel_worker;
grant update on table public.retention_runs (states_removed) to onehazel_worker;
grant update on table public.retention_runs (step) to onehazel_worker;
grant select on table public.schema_functions to onehazel_server;
grant select on table public.schema_functions to onehazel_worker;
grant select on table public.schema_migrations to onehazel_server;
grant select on table public.schema_migrations to onehazel_worker;
grant select on table public.settings to onehazel_auth;
grant insert, select, update on table public.settings to onehazel_server;
grant select on table public.settings to onehazel_worker;
grant update on table public.settings (events_archived_before) to onehazel_worker;
grant delete, insert, select, update on table public.states to onehazel_server;
grant delete on table public.states to onehazel_worker;
grant select on table public.states (entity_id) to onehazel_worker;
grant select on table public.states (operator_id) to onehazel_worker;
grant select on table public.states (state_key) to onehazel_worker;
grant select on table public.states (updated_at) to onehazel_worker;
grant select on table public.templates to onehazel_auth;
grant delete, insert, select, update on table public.templates to onehazel_server;
grant select on table public.templates to onehazel_worker;
grant select on table public.user_profiles to onehazel_auth;
