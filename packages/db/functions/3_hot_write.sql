-- What the hot writes have in common. They set no search_path of their own but take that of the write that calls them, which is
-- fixed: setting it costs more than what they do.

-- Sets the scope that every later statement runs under, and holds the write against the credential that it was prepared with. Always
-- true, so that it can stand in an expression: a `perform` costs more.
drop function if exists begin_write(text, text, bytea, bytea, text);
drop function if exists begin_write(text, text, bytea, bytea, text, bytea, bytea);
create or replace function begin_write(p_operator_id text, p_credential_hash bytea, p_credential_stamp bytea)
returns boolean
language plpgsql volatile
as $$
declare
  v_scope text := set_config('app.operator_id', p_operator_id, true);
  v_held boolean;
begin
  if p_credential_hash is null then
    return true;
  end if;

  -- The template is a part of what the stamp stands for, so it must not change from here on. An expression of its own: the next one
  -- sees what had been committed when it began, which has to be after the wait.
  v_held := template_held(p_operator_id);
  if not credential_holds(p_credential_hash, p_credential_stamp) then
    raise exception 'the credential has changed' using errcode = 'OH003';
  end if;
  return true;
end
$$;

drop function if exists lock_living_entity(text, text);
drop function if exists end_write(text, bytea, int, text, int, text);

revoke all on function begin_write from public;
grant execute on function begin_write to onehazel_server;
