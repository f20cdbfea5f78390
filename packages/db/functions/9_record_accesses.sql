-- Records reads of decrypted personal data, for many tenants in one round trip, each tenant's rows under its own scope. If the entity
-- has been erased since the read, or is being erased, the record has no request id: callers choose request ids, so an erasure clears them.
create or replace function record_accesses(
  -- [{operatorId, accesses: [{ageMs, actorType, actorId, action, targetType, targetId, entityId, requestId}]}]; ages, not times: the
  -- database's clock decides.
  p_groups jsonb
)
returns void
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
  v_group jsonb;
  -- Entities that cannot be erased until this transaction ends: recordings share the lock that an erasure takes exclusively. A recording
  -- never waits for the lock. A later statement reads the entities' rows, so it sees every erasure that ended before the lock was taken.
  v_held text[];
  v_prefix text;
begin
  for v_group in select g.value from jsonb_array_elements(p_groups) g loop
    perform set_config('app.operator_id', v_group ->> 'operatorId', true);

    v_prefix := 'accesses:' || (v_group ->> 'operatorId') || ':';
    v_held := array(
      select a.entity_id
      from (
        select distinct coalesce(a ->> 'entityId', a ->> 'targetId') as entity_id
        from jsonb_array_elements(v_group -> 'accesses') as a
      ) a
      where pg_try_advisory_xact_lock_shared(hashtextextended(v_prefix || a.entity_id, 0))
    );

    insert into audit_log (operator_id, at, actor_type, actor_id, action, target_type, target_id, request_id)
    select
      v_group ->> 'operatorId', now() - a."ageMs" * interval '1 millisecond',
      a."actorType", a."actorId", a.action, a."targetType", a."targetId",
      case when held.entity_id is not null and e.erased_at is null then a."requestId" end
    from jsonb_to_recordset(v_group -> 'accesses') as a (
      "ageMs" double precision, "actorType" text, "actorId" text, action text, "targetType" text, "targetId" text,
      "entityId" text, "requestId" text
    )
    left join unnest(v_held) as held (entity_id) on held.entity_id = coalesce(a."entityId", a."targetId")
    left join entities e on e.operator_id = v_group ->> 'operatorId' and e.id = held.entity_id;
  end loop;
end
$$;

revoke all on function record_accesses from public;
grant execute on function record_accesses to onehazel_server;
