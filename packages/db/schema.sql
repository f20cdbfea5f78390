-- Written by `pnpm --filter @onehazel/db schema:dump` from a freshly migrated database. Never edit it.

-- roles (of the cluster)

create role onehazel_auth;
create role onehazel_owner createrole;
create role onehazel_server;
create role onehazel_worker;

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
  constraint api_keys_pkey PRIMARY KEY (operator_id, id),
  constraint api_keys_access_check CHECK ((access = ANY (ARRAY['write'::text, 'read'::text]))),
  constraint api_keys_created_by_check CHECK ((created_by = ANY (ARRAY['platform'::text, 'operator'::text, 'user'::text]))),
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
alter table public.api_keys owner to onehazel_owner;

create table public.builtin_templates (
  id text collate "C" not null,
  name text not null,
  version text not null,
  schema jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint builtin_templates_pkey PRIMARY KEY (id)
);
alter table public.builtin_templates owner to onehazel_owner;

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
  constraint erasures_pkey PRIMARY KEY (operator_id, id),
  constraint erasures_status_check CHECK ((status = ANY (ARRAY['completed'::text, 'running'::text])))
);
alter table public.erasures enable row level security;
alter table public.erasures force row level security;
alter table public.erasures owner to onehazel_owner;

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
  constraint idempotency_keys_pkey PRIMARY KEY (operator_id, key_hash)
);
alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
alter table public.idempotency_keys owner to onehazel_owner;

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
  constraint operators_pkey PRIMARY KEY (id),
  constraint operators_check CHECK (((status = 'suspended'::text) = (suspended_at IS NOT NULL))),
  constraint operators_pii_salt_check CHECK ((octet_length(pii_salt) = 32)),
  constraint operators_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES platforms(id),
  constraint operators_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
alter table public.operators enable row level security;
alter table public.operators force row level security;
alter table public.operators owner to onehazel_owner;

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
  constraint settings_pkey PRIMARY KEY (operator_id),
  constraint settings_data_retention_days_check CHECK (((data_retention_days >= 30) AND (data_retention_days <= 1825))),
  constraint settings_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators(id)
);
alter table public.settings enable row level security;
alter table public.settings force row level security;
alter table public.settings owner to onehazel_owner;


-- indexes

CREATE INDEX entities_changes ON public.entities USING btree (operator_id, updated_at, id);
CREATE INDEX entities_newest ON public.entities USING btree (operator_id, created_at DESC, id DESC) WHERE (erased_at IS NULL);
CREATE INDEX entities_newest_of_type ON public.entities USING btree (operator_id, entity_type, created_at DESC, id DESC) WHERE (erased_at IS NULL);
CREATE INDEX idempotency_keys_subject ON public.idempotency_keys USING btree (operator_id, subject) WHERE (subject IS NOT NULL);
CREATE INDEX operators_newest ON public.operators USING btree (platform_id, created_at DESC, id DESC);

-- policies

create policy credential_lookup on public.api_keys as permissive for select to onehazel_auth
  using (true);
create policy managed_operator_scope on public.api_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.managed_operator_id'::text, true), ''::text)));
create policy operator_scope on public.api_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.entities as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.erasures as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy operator_scope on public.idempotency_keys as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy credential_lookup on public.operators as permissive for select to onehazel_auth
  using (true);
create policy operator_scope on public.operators as permissive for select to public
  using ((id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));
create policy platform_scope on public.operators as permissive for all to public
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
create policy credential_lookup on public.settings as permissive for select to onehazel_auth
  using (true);
create policy operator_scope on public.settings as permissive for all to public
  using ((operator_id = NULLIF(current_setting('app.operator_id'::text, true), ''::text)));

-- functions (their bodies are in functions/ and the migrations)

create function public.change_stamp(p_operator_id text)
  returns timestamp with time zone
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.change_stamp(p_operator_id text) owner to onehazel_owner;

create function public.changes_complete_before(p_operator_id text)
  returns timestamp with time zone
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.changes_complete_before(p_operator_id text) owner to onehazel_owner;

create function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone)
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone) owner to onehazel_owner;

create function public.list_platforms()
  returns TABLE(id text, name text, management_limit integer, created_at timestamp with time zone, operators bigint)
  language sql stable security definer
  set search_path=pg_catalog, public;
alter function public.list_platforms() owner to onehazel_auth;

create function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public;
alter function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid) owner to onehazel_auth;

create function public.require_template(p_operator_id text, p_template_ref text)
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.require_template(p_operator_id text, p_template_ref text) owner to onehazel_owner;

create function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public;
alter function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb) owner to onehazel_auth;

create function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean)
  returns record
  language plpgsql stable security definer
  set search_path=pg_catalog, public;
alter function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean) owner to onehazel_auth;

create function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) owner to onehazel_owner;

create function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[])
  returns void
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) owner to onehazel_owner;

create function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, OUT outcome text, OUT status smallint, OUT reply text, OUT fingerprint bytea, OUT fingerprint_master_key_id text, OUT erased boolean)
  returns record
  language plpgsql volatile security invoker
  set search_path=pg_catalog, public;
alter function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, OUT outcome text, OUT status smallint, OUT reply text, OUT fingerprint bytea, OUT fingerprint_master_key_id text, OUT erased boolean) owner to onehazel_owner;


-- grants (the owner's own are implied)

grant execute on function public.change_stamp(p_operator_id text) to onehazel_server;
grant execute on function public.changes_complete_before(p_operator_id text) to onehazel_server;
grant execute on function public.get_entity(p_operator_id text, p_external_id text, OUT id text, OUT entity_type text, OUT data jsonb, OUT sealed text[], OUT created_at timestamp with time zone, OUT updated_at timestamp with time zone) to onehazel_server;
grant execute on function public.list_platforms() to onehazel_owner;
grant execute on function public.locate(p_operator_id text, p_key_id uuid, p_key_hash bytea, OUT platform_id text, OUT operator_id text, OUT key_id uuid) to onehazel_owner;
grant execute on function public.require_template(p_operator_id text, p_template_ref text) to onehazel_server;
grant execute on function public.resolve_operator_key(p_key_hash bytea, p_known_template text, OUT key_id uuid, OUT operator_id text, OUT platform_id text, OUT access text, OUT revoked boolean, OUT expired boolean, OUT suspended boolean, OUT pii_salt bytea, OUT template_ref text, OUT template_schema jsonb) to onehazel_server;
grant execute on function public.resolve_platform_key(p_key_hash bytea, OUT key_id uuid, OUT platform_id text, OUT revoked boolean) to onehazel_server;
grant execute on function public.touch_operator_keys(p_operator_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) to onehazel_server;
grant execute on function public.touch_platform_keys(p_platform_ids text[], p_key_ids uuid[], p_ages_ms bigint[]) to onehazel_server;
grant execute on function public.upsert_entity(p_operator_id text, p_id text, p_external_id text, p_entity_type text, p_data jsonb, p_sealed text[], p_master_key_id text, p_template_ref text, p_key_hash bytea, p_fingerprint bytea, p_fingerprint_master_key_id text, OUT outcome text, OUT status smallint, OUT reply text, OUT fingerprint bytea, OUT fingerprint_master_key_id text, OUT erased boolean) to onehazel_server;
grant usage on schema public to public;
grant select on table public.api_keys to onehazel_auth;
grant delete, insert, select on table public.api_keys to onehazel_server;
grant update on table public.api_keys (label) to onehazel_server;
grant update on table public.api_keys (last_used_at) to onehazel_server;
grant update on table public.api_keys (revoked_at) to onehazel_server;
grant select on table public.builtin_templates to onehazel_auth;
grant select on table public.builtin_templates to onehazel_server;
grant insert, select, update on table public.entities to onehazel_server;
grant insert, select, update on table public.erasures to onehazel_server;
grant insert, select, update on table public.idempotency_keys to onehazel_server;
grant select on table public.operators to onehazel_auth;
grant insert, select on table public.operators to onehazel_server;
grant update on table public.operators (configuration) to onehazel_server;
grant update on table public.operators (contact_email) to onehazel_server;
grant update on table public.operators (industry) to onehazel_server;
grant update on table public.operators (name) to onehazel_server;
grant update on table public.operators (plan) to onehazel_server;
grant update on table public.operators (status) to onehazel_server;
grant update on table public.operators (suspended_at) to onehazel_server;
grant update on table public.operators (updated_at) to onehazel_server;
grant insert, select, update on table public.platform_idempotency_keys to onehazel_server;
grant select on table public.platform_keys to onehazel_auth;
grant select on table public.platform_keys to onehazel_server;
grant update on table public.platform_keys (last_used_at) to onehazel_server;
grant select on table public.platforms to onehazel_auth;
grant select on table public.platforms to onehazel_server;
grant select on table public.schema_functions to onehazel_server;
grant select on table public.schema_functions to onehazel_worker;
grant select on table public.schema_migrations to onehazel_server;
grant select on table public.schema_migrations to onehazel_worker;
grant select on table public.settings to onehazel_auth;
grant insert, select, update on table public.settings to onehazel_server;
