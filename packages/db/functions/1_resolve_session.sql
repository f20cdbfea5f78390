-- owner: onehazel_auth

-- Whose data a person gets to, in one round trip, before any tenant is known. Owned by onehazel_auth, as the look-up of keys is.

create or replace function resolve_session(
  p_user_id uuid,
  -- The template the caller has at hand, as `id@version`: its schema is not sent again.
  p_known_template text,
  -- Null when nobody has linked the user.
  out user_id uuid,
  out role text,
  -- Null for a platform's user, and so is everything of the operator.
  out operator_id text,
  out platform_id text,
  out suspended boolean,
  out pii_salt bytea,
  out template_ref text,
  out template_schema jsonb,
  -- As with keys: an operator's limits of its own, or a platform's one; nulls where there are none.
  out rate_limits jsonb,
  out management_limit integer,
  out as_of timestamptz
)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  select
    u.user_id, u.role, u.operator_id, coalesce(o.platform_id, u.platform_id),
    coalesce(o.status = 'suspended', false),
    o.pii_salt,
    coalesce(b.id || '@' || b.version, t.id || '@' || t.version),
    case
      when coalesce(b.id || '@' || b.version, t.id || '@' || t.version) is distinct from p_known_template
      then coalesce(b.schema, t.schema)
    end,
    o.configuration -> 'rateLimits',
    p.management_limit,
    clock_timestamp()
  into user_id, role, operator_id, platform_id, suspended, pii_salt, template_ref, template_schema, rate_limits,
    management_limit, as_of
  from user_profiles u
  left join operators o on o.id = u.operator_id
  left join platforms p on p.id = u.platform_id
  left join settings s on s.operator_id = u.operator_id
  left join builtin_templates b on b.id = s.template_id
  left join templates t on t.operator_id = s.operator_id and t.id = s.template_id
  where u.user_id = p_user_id;
end
$$;

-- For the command line: who is linked to what, one user or all of them.
create or replace function list_user_profiles(p_user_id uuid)
returns table (user_id uuid, role text, operator_id text, platform_id text, created_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select u.user_id, u.role, u.operator_id, coalesce(o.platform_id, u.platform_id), u.created_at
  from user_profiles u
  left join operators o on o.id = u.operator_id
  where p_user_id is null or u.user_id = p_user_id
  order by u.created_at, u.user_id;
$$;

revoke all on function resolve_session, list_user_profiles from public;
grant execute on function resolve_session to onehazel_server;
do $$
begin
  execute format('grant execute on function list_user_profiles to %I', session_user);
end
$$;
