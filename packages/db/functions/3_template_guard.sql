-- A write prepared under one version of a template must not land under another: its PII list may have grown.
-- Writers share a lock that a change of template takes alone, so the answer holds until the write commits.
-- Always true, so that it can stand in an expression: a `perform` costs more than the lock.
drop function if exists hold_template(text);
create or replace function template_held(p_operator_id text)
returns boolean
language sql volatile
as $$
  select pg_advisory_xact_lock_shared(hashtextextended('template:' || p_operator_id, 0)) is not null
$$;

create or replace function require_template(p_operator_id text, p_template_ref text)
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_template_ref text;
begin
  perform template_held(p_operator_id);

  select coalesce(b.id || '@' || b.version, t.id || '@' || t.version)
  into v_template_ref
  from settings s
  left join builtin_templates b on b.id = s.template_id
  left join templates t on t.operator_id = s.operator_id and t.id = s.template_id
  where s.operator_id = p_operator_id;

  if v_template_ref is distinct from p_template_ref then
    raise exception 'the template has changed' using errcode = 'OH001';
  end if;
end
$$;

revoke all on function template_held, require_template from public;
grant execute on function template_held, require_template to onehazel_server;
