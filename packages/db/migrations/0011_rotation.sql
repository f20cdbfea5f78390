-- What this database knows of master keys: ids and times, never a key. Rows are nobody's.
create table master_keys (
  id text collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{1,32}$'),
  -- What the key makes of nothing, so that another key under the same id is noticed before anything is sealed under it.
  check_value bytea,
  -- When a server or worker last said that this is the key it seals under.
  sealing_at timestamptz,
  -- When a rotation to this key was last asked for; the latest of all says what the database is to be sealed under.
  rotated_to_at timestamptz,
  -- Since when nothing may be sealed under it any more.
  retired_at timestamptz
);
grant select on master_keys to onehazel_worker;

-- Which master key the walk seals under: another one's walk proves nothing for this one.
alter table reseal_requests add column master_key_id text collate "C";
grant update (master_key_id) on reseal_requests to onehazel_worker;

-- What is left of an operator that was destroyed: its id, so that it means nobody ever again, and how far its rows have gone.
create table destroyed_operators (
  platform_id text collate "C" not null references platforms (id),
  id text collate "C" not null,
  suspended_at timestamptz not null,
  destroyed_at timestamptz not null default clock_timestamp(),
  rows_removed bigint not null default 0,
  -- Null while rows of it are left.
  completed_at timestamptz,
  primary key (platform_id, id)
);
alter table destroyed_operators enable row level security, force row level security;
create policy platform_scope on destroyed_operators
  using (platform_id = nullif(current_setting('app.platform_id', true), ''));
create policy credential_lookup on destroyed_operators for select to onehazel_auth using (true);
grant select on destroyed_operators to onehazel_auth, onehazel_server;
