-- Roles belong to the cluster, so they may be there already: from another database, or from a twin that runs this now.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['onehazel_server', 'onehazel_worker', 'onehazel_auth'] loop
    begin
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', role_name);
    exception
      when duplicate_object or unique_violation then null;
    end;

    -- A development server that was given the owner's URL alone opens its pools as these two. Nobody is lastingly made a
    -- member of onehazel_auth: before PostgreSQL 16 a member would inherit its sight of every tenant.
    continue when role_name = 'onehazel_auth';
    begin
      if current_setting('server_version_num')::int >= 160000 then
        execute format('grant %I to current_user with set true, inherit false', role_name);
      else
        execute format('grant %I to current_user', role_name);
      end if;
    exception
      when insufficient_privilege then
        raise exception 'role % exists, but % may not act as it', role_name, current_user
          using hint = format('let a superuser run: grant %I to %I with admin option', role_name, current_user);
    end;
  end loop;
end
$$;
