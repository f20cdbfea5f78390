-- owner: onehazel_auth

-- Who a key belongs to and whether it still works, in one round trip, before any tenant is known.
-- Owned by onehazel_auth, which may read past row-level security and do nothing else.

drop function if exists require_credential(bytea, bytea);
drop function if exists operator_credential(bytea);
drop function if exists credential_stamp(uuid, text, text, text, boolean, boolean, boolean, bytea, text, jsonb);

-- One value for the stamps of the three rows that a credential is resolved from: as long as it is the same, so is everything that was
-- read with it. The last is null for an operator that has no settings yet. One expression and no search_path of its own, so that it
-- becomes a part of its caller's statement.
create or replace function credential_stamp(p_of_key uuid, p_of_operator uuid, p_of_settings uuid)
returns bytea
language sql immutable
as $$
  select uuid_send(p_of_key) || uuid_send(p_of_operator) || coalesce(uuid_send(p_of_settings), '')
$$;

drop function if exists resolve_operator_key(bytea, text);
create or replace function resolve_operator_key(
  p_key_hash bytea,
  -- The template the caller has at hand, as `id@version`: its schema is not sent again.
  p_known_template text,
  -- Null, as all the rest, when there is no such key. Of one that was revoked nothing further is told.
  out key_id uuid,
  out operator_id text,
  out platform_id text,
  out access text,
  out revoked boolean,
  out expired boolean,
  out suspended boolean,
  out pii_salt bytea,
  out template_ref text,
  out template_schema jsonb,
  -- The limits that the operator has of its own, by category; null where it has none.
  out rate_limits jsonb,
  -- The database's clock, which decides what is past and what is ahead.
  out as_of timestamptz,
  -- What credential_holds compares.
  out stamp bytea
)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  -- A revoked key costs what an unknown one does, but for reading its row: how long a refusal takes should say little.
  select k.id, k.revoked_at is not null into key_id, revoked from api_keys k where k.key_hash = p_key_hash;
  if key_id is null or revoked then
    return;
  end if;

  select
    k.operator_id, o.platform_id, k.access, coalesce(k.expires_at <= now(), false), o.status = 'suspended', o.pii_salt,
    coalesce(b.id || '@' || b.version, t.id || '@' || t.version),
    case
      when coalesce(b.id || '@' || b.version, t.id || '@' || t.version) is distinct from p_known_template
      then coalesce(b.schema, t.schema)
    end,
    o.configuration -> 'rateLimits', clock_timestamp(),
    credential_stamp(k.credential_stamp, o.credential_stamp, s.credential_stamp)
  into operator_id, platform_id, access, expired, suspended, pii_salt, template_ref, template_schema, rate_limits, as_of, stamp
  from api_keys k
  join operators o on o.id = k.operator_id
  left join settings s on s.operator_id = k.operator_id
  left join builtin_templates b on b.id = s.template_id
  left join templates t on t.operator_id = s.operator_id and t.id = s.template_id
  where k.key_hash = p_key_hash;
end
$$;

-- Whether all about a credential is as it was when it was resolved: the key neither revoked nor expired, its operator not suspended,
-- the same template, the same limits. So a server may rely on what it resolved a moment ago.
create or replace function credential_holds(p_credential_hash bytea, p_stamp bytea)
returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  perform
  from api_keys k
  join operators o on o.id = k.operator_id
  left join settings s on s.operator_id = k.operator_id
  where k.key_hash = p_credential_hash
    and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now())
    and credential_stamp(k.credential_stamp, o.credential_stamp, s.credential_stamp) = p_stamp;
  return found;
end
$$;

drop function if exists resolve_platform_key(bytea);
create or replace function resolve_platform_key(
  p_key_hash bytea,
  out key_id uuid,
  out platform_id text,
  out revoked boolean,
  -- Its calls in the category `management`; null where it has no limit of its own.
  out management_limit integer
)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  -- As above.
  select k.id, k.revoked_at is not null into key_id, revoked from platform_keys k where k.key_hash = p_key_hash;
  if key_id is null or revoked then
    return;
  end if;

  select k.id, k.platform_id, k.revoked_at is not null, p.management_limit
  into key_id, platform_id, revoked, management_limit
  from platform_keys k
  join platforms p on p.id = k.platform_id
  where k.key_hash = p_key_hash;
end
$$;

-- For the command line, which works as the owner and is bound by row-level security like everyone.
create or replace function list_platforms()
returns table (id text, name text, management_limit integer, created_at timestamptz, operators bigint)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
  select p.id, p.name, p.management_limit, p.created_at, (select count(*) from operators o where o.platform_id = p.id)
  from platforms p
  order by p.created_at, p.id;
$$;

-- Whose an operator, an operator's key or a platform's key is; nulls when it is nobody's.
create or replace function locate(
  p_operator_id text,
  p_key_id uuid,
  p_key_hash bytea,
  out platform_id text,
  out operator_id text,
  out key_id uuid
)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  if p_operator_id is not null then
    select o.platform_id, o.id into platform_id, operator_id from operators o where o.id = p_operator_id;
    return;
  end if;

  select o.platform_id, k.operator_id, k.id
  into platform_id, operator_id, key_id
  from api_keys k
  join operators o on o.id = k.operator_id
  where k.id = p_key_id or k.key_hash = p_key_hash;

  if key_id is null then
    select k.platform_id, k.id into platform_id, key_id
    from platform_keys k
    where k.id = p_key_id or k.key_hash = p_key_hash;
  end if;
end
$$;

revoke all on function credential_stamp, resolve_operator_key, credential_holds, resolve_platform_key,
  list_platforms, locate from public;
grant execute on function resolve_operator_key, credential_holds, resolve_platform_key to onehazel_server;
do $$
begin
  execute format('grant execute on function list_platforms, locate to %I', session_user);
end
$$;
