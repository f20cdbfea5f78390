-- The time of a change, such that a follower of changes can tell what may still come before it.
--
-- A follower may only be shown changes that no open transaction can precede. So each writing transaction first leaves a
-- mark that every session can read (a shared advisory lock named by operator and second; shared locks never wait for each
-- other) and takes the time afterwards: whoever leaves no mark yet will take a later time.
--
-- One expression, so that it becomes a part of the caller's; its branch has the mark left before the clock is read.
create or replace function change_stamp(p_operator_id text)
returns timestamptz
language sql volatile
as $$
  select case
    when pg_advisory_xact_lock_shared(
      hashtext('changes:' || p_operator_id),
      (floor(date_part('epoch', clock_timestamp()))::bigint % 2147483648)::int
    ) is not null then clock_timestamp()
  end
$$;

-- Changes strictly before this moment are complete: no transaction still open can add one.
create or replace function changes_complete_before(p_operator_id text)
returns timestamptz
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  -- Taken before the marks are read: who marks later, stamps later.
  v_now timestamptz := clock_timestamp();
  v_epoch bigint := floor(extract(epoch from v_now));
  v_oldest_age int;
begin
  -- A mark of the second after ours would seem very old.
  select max(case when m.age > 1073741823 then 0 else m.age end)
  into v_oldest_age
  from pg_locks l
  cross join lateral (select (v_epoch - l.objid::bigint + 2147483648) % 2147483648 as age) m
  where l.locktype = 'advisory'
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and l.classid = (hashtext('changes:' || p_operator_id)::bigint & 4294967295)::oid
    and l.objsubid = 2;

  if v_oldest_age is null then
    return v_now;
  end if;
  return to_timestamp(v_epoch - v_oldest_age);
end
$$;

revoke all on function change_stamp, changes_complete_before from public;
grant execute on function change_stamp, changes_complete_before to onehazel_server;
