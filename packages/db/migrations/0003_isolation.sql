-- No scope, no rows: an unset or empty setting is null, and null equals nothing. Forced, so that it binds the owner too.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'platforms', 'platform_keys', 'platform_idempotency_keys', 'operators', 'api_keys', 'settings', 'entities',
    'erasures', 'idempotency_keys'
  ] loop
    execute format('alter table %I enable row level security, force row level security', tenant_table);
  end loop;

  foreach tenant_table in array array['api_keys', 'settings', 'entities', 'erasures', 'idempotency_keys'] loop
    execute format(
      'create policy operator_scope on %I using (operator_id = nullif(current_setting(''app.operator_id'', true), ''''))',
      tenant_table
    );
  end loop;

  foreach tenant_table in array array['platform_keys', 'platform_idempotency_keys', 'operators'] loop
    execute format(
      'create policy platform_scope on %I using (platform_id = nullif(current_setting(''app.platform_id'', true), ''''))',
      tenant_table
    );
  end loop;
end
$$;

create policy platform_scope on platforms
  using (id = nullif(current_setting('app.platform_id', true), ''));

-- An operator sees its own row, for its status and its configuration; only its platform changes it.
create policy operator_scope on operators
  for select
  using (id = nullif(current_setting('app.operator_id', true), ''));

-- A platform that has proved its ownership of an operator reaches that operator's keys, and nothing else of it.
create policy managed_operator_scope on api_keys
  using (operator_id = nullif(current_setting('app.managed_operator_id', true), ''));

-- The single hole in row-level security: the role that owns the look-up of a credential, and may do nothing but read.
create policy credential_lookup on platforms for select to onehazel_auth using (true);
create policy credential_lookup on platform_keys for select to onehazel_auth using (true);
create policy credential_lookup on operators for select to onehazel_auth using (true);
create policy credential_lookup on api_keys for select to onehazel_auth using (true);
create policy credential_lookup on settings for select to onehazel_auth using (true);

grant select on platforms, platform_keys, operators, api_keys, settings, builtin_templates to onehazel_auth;

grant select on platforms, platform_keys, builtin_templates, operators to onehazel_server;
grant update (last_used_at) on platform_keys to onehazel_server;
grant insert on operators to onehazel_server;
grant update (name, plan, status, contact_email, industry, configuration, updated_at, suspended_at)
  on operators to onehazel_server;
grant select, insert, delete on api_keys to onehazel_server;
grant update (label, last_used_at, revoked_at) on api_keys to onehazel_server;
grant select, insert, update on settings, entities, erasures to onehazel_server;
grant select, insert, update on idempotency_keys, platform_idempotency_keys to onehazel_server;

-- What /readyz and the start-up check compare with their own build.
grant select on schema_migrations, schema_functions to onehazel_server, onehazel_worker;
