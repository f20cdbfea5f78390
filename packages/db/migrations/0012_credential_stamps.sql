-- Each of the rows that a credential is resolved from carries a stamp of its own, which is another one as soon as the row says
-- something else: so a hot path compares three values, instead of reading five tables and hashing what they say.
alter table api_keys add column credential_stamp uuid not null default gen_random_uuid();
alter table operators add column credential_stamp uuid not null default gen_random_uuid();
-- Stands for the chosen template, too, its id and its version.
alter table settings add column credential_stamp uuid not null default gen_random_uuid();

create function stamp_credential()
returns trigger
language plpgsql
set search_path = pg_catalog, public
as $$
begin
  new.credential_stamp := gen_random_uuid();
  return new;
end
$$;

-- Not when a key was last used, nor how an operator is called: those would have servers look keys up for nothing.
create trigger stamp_credential before update of operator_id, id, key_hash, access, expires_at, revoked_at on api_keys
  for each row execute function stamp_credential();
create trigger stamp_credential before update of id, platform_id, status, pii_salt, configuration on operators
  for each row execute function stamp_credential();
create trigger stamp_credential before update of operator_id, template_id on settings
  for each row execute function stamp_credential();

-- An operator's own template belongs to its settings: both change under its scope.
create function stamp_settings_of_template()
returns trigger
language plpgsql
set search_path = pg_catalog, public
as $$
begin
  update settings s
  set credential_stamp = gen_random_uuid()
  where (s.operator_id, s.template_id) in ((old.operator_id, old.id), (new.operator_id, new.id));
  return null;
end
$$;

create trigger stamp_settings after insert or update of operator_id, id, version, schema or delete on templates
  for each row execute function stamp_settings_of_template();

-- Built-in templates are everybody's, and are changed by migrations: then each operator in turn, under its own scope.
create function stamp_settings_of_builtin_templates()
returns trigger
language plpgsql
set search_path = pg_catalog, public
as $$
declare
  v_scope text := coalesce(current_setting('app.operator_id', true), '');
  v_operator_id text;
begin
  -- Made after the migrations: a database that is only just being made has no operators.
  if to_regprocedure('list_operator_ids()') is null then
    return null;
  end if;

  for v_operator_id in select o.id from list_operator_ids() as o (id) loop
    perform set_config('app.operator_id', v_operator_id, true);
    update settings s set credential_stamp = gen_random_uuid() where s.operator_id = v_operator_id;
  end loop;
  perform set_config('app.operator_id', v_scope, true);
  return null;
end
$$;

create trigger stamp_settings after insert or update or delete or truncate on builtin_templates
  for each statement execute function stamp_settings_of_builtin_templates();

revoke all on function stamp_credential, stamp_settings_of_template, stamp_settings_of_builtin_templates from public;
