-- People who sign in to a dashboard, and whose data they get to: one operator's or one platform's. The session's token names
-- the user, so that this is looked up before any tenant is known, like a key by its hash.
create table user_profiles (
  operator_id text collate "C" references operators (id),
  platform_id text collate "C" references platforms (id),
  user_id uuid primary key,
  role text not null check (role in ('owner', 'member')),
  created_at timestamptz not null default now(),
  check (num_nonnulls(operator_id, platform_id) = 1)
);
create index user_profiles_of_operator on user_profiles (operator_id) where operator_id is not null;
create index user_profiles_of_platform on user_profiles (platform_id) where platform_id is not null;

alter table user_profiles enable row level security, force row level security;
create policy operator_scope on user_profiles
  using (operator_id = nullif(current_setting('app.operator_id', true), ''));
create policy platform_scope on user_profiles
  using (platform_id = nullif(current_setting('app.platform_id', true), ''));
create policy managed_operator_scope on user_profiles
  using (operator_id = nullif(current_setting('app.managed_operator_id', true), ''));

-- Only the command line links people, as the owner: the server and the worker are granted nothing.
create policy credential_lookup on user_profiles for select to onehazel_auth using (true);
grant select on user_profiles to onehazel_auth;
