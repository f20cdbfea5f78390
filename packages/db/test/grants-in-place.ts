import type pg from "pg";

/** The rights of one role on one object that it does not own. */
export interface GrantInPlace {
  readonly role: string;
  readonly object: string;
  /** Sorted; with the columns in brackets where the grant is for some of them. */
  readonly rights: string;
}

/**
 * Every grant in the database to a role other than the object's owner: on tables, columns, sequences, functions, types, languages,
 * schemas and the database, and default privileges. For system objects, only the grants that were added to the built-in ones.
 */
const query = `
  with ours as (
    select n.oid, n.nspname, n.nspowner, n.nspacl from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  ),
  granted (object, owner, privilege, grantee, grantable) as (
    select 'database', d.datdba, acl.privilege_type, acl.grantee, acl.is_grantable
      from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
     where d.datname = current_database()
    union all
    select 'schema ' || n.nspname, n.nspowner, acl.privilege_type, acl.grantee, acl.is_grantable
      from ours n, aclexplode(n.nspacl) acl
    union all
    select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass, c.relowner, acl.privilege_type,
           acl.grantee, acl.is_grantable
      from pg_class c
      join ours n on n.oid = c.relnamespace, aclexplode(c.relacl) acl
    union all
    select 'table ' || c.oid::regclass, c.relowner,
           format('%s (%s)', acl.privilege_type, string_agg(a.attname, ', ' order by a.attname collate "C")),
           acl.grantee, acl.is_grantable
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join ours n on n.oid = c.relnamespace, aclexplode(a.attacl) acl
     where not a.attisdropped
     group by c.oid, c.relowner, acl.privilege_type, acl.grantee, acl.is_grantable
    union all
    -- The queue's functions are open to everyone by default; its schema is not.
    select 'function ' || p.proname, p.proowner, acl.privilege_type, acl.grantee, acl.is_grantable
      from pg_proc p
      join ours n on n.oid = p.pronamespace, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
     where n.nspname <> 'graphile_worker'
    union all
    select 'type ' || t.typname, t.typowner, acl.privilege_type, acl.grantee, acl.is_grantable
      from pg_type t
      join ours n on n.oid = t.typnamespace, aclexplode(t.typacl) acl
    union all
    select 'language ' || l.lanname, l.lanowner, acl.privilege_type, acl.grantee, acl.is_grantable
      from pg_language l, aclexplode(l.lanacl) acl
    union all
    select 'objects to come', d.defaclrole, acl.privilege_type, acl.grantee, acl.is_grantable
      from pg_default_acl d, aclexplode(d.defaclacl) acl
  ),
  named as (
    select case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end as role, g.object,
           lower(g.privilege) || case when g.grantable then ' with grant option' else '' end as privilege
      from granted g
     where g.grantee <> g.owner and pg_get_userbyid(g.grantee) !~ '^pg_|^postgres$'
    union all
    select m.rolname, 'role ' || r.rolname, 'member'
      from pg_auth_members a
      join pg_roles r on r.oid = a.roleid
      join pg_roles m on m.oid = a.member
     where m.rolname in ('onehazel_server', 'onehazel_worker', 'onehazel_auth')
        or (r.rolname = 'onehazel_auth' and m.rolname !~ '^onehazel_owner$')
    union all
    select r.rolname, 'cluster', attribute
      from pg_roles r,
           unnest(array['superuser', 'createrole', 'createdb', 'bypassrls', 'replication'],
                  array[r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls, r.rolreplication]) a (attribute, held)
     where a.held and r.rolname in ('onehazel_server', 'onehazel_worker', 'onehazel_auth')
  )
  select role, object, string_agg(distinct privilege, ', ' order by privilege) as rights
    from named
   group by role, object
   order by role collate "C", object collate "C"`;

export async function grantsInPlace(superuser: pg.Pool | pg.ClientBase): Promise<GrantInPlace[]> {
  return (await superuser.query<GrantInPlace>(query)).rows;
}
