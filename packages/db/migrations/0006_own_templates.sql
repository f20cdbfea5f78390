-- Templates that an operator has made. Their ids never meet those of the built-in ones: 16 hex digits follow the prefix.
create table templates (
  operator_id text collate "C" not null references operators (id),
  id text collate "C" not null,
  name text not null,
  version integer not null default 1,
  schema jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (operator_id, id)
);

-- Operators whose stored records may hold in clear what their template calls PII by now.
create table reseal_requests (
  operator_id text collate "C" primary key references operators (id),
  requested_at timestamptz not null default now()
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['templates', 'reseal_requests'] loop
    execute format('alter table %I enable row level security, force row level security', tenant_table);
    execute format(
      'create policy operator_scope on %I using (operator_id = nullif(current_setting(''app.operator_id'', true), ''''))',
      tenant_table
    );
  end loop;
end
$$;

-- A credential is looked up together with the template that its operator has chosen.
create policy credential_lookup on templates for select to onehazel_auth using (true);
grant select on templates to onehazel_auth;

grant select, insert, update, delete on templates to onehazel_server;
grant select, insert, update on reseal_requests to onehazel_server;
