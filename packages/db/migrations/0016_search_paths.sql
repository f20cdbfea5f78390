-- A search path that does not name pg_temp begins with it: a temporary table or view named like one of ours would stand in for it.
-- Functions in functions/ say so themselves; these three were made by migrations.
alter function stamp_credential() set search_path = pg_catalog, public, pg_temp;
alter function stamp_settings_of_template() set search_path = pg_catalog, public, pg_temp;
alter function stamp_settings_of_builtin_templates() set search_path = pg_catalog, public, pg_temp;

-- Compiling our statements costs more than running them. Servers and workers ask for this on connecting, too; the setting is for
-- poolers that do not pass that on, where these roles log in themselves.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['onehazel_server', 'onehazel_worker'] loop
    continue when exists (
      select from pg_db_role_setting s
      where s.setrole = role_name::regrole and s.setdatabase = 0 and 'jit=off' = any (s.setconfig)
    );
    begin
      execute format('alter role %I set jit = off', role_name);
    exception
      -- Another owner's role, or another database's migration at this very moment.
      when insufficient_privilege or internal_error then null;
    end;
  end loop;
end
$$;
