/** Every query returns one column, `text`, in an order that doesn't depend on the server's locale or version. */
interface Section {
  readonly title: string;
  readonly query: string;
}

/** The job queue's schema is made by our migrations; what lies in it is the library's. */
const everySchema = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
const ourSchemas = `${everySchema} and n.nspname <> 'graphile_worker'`;
const ourTables = `${ourSchemas} and c.relkind in ('r', 'p') and not c.relispartition`;

/** Grants without the owner's own, which are implied; 0 is `public`. */
const grantee = `case acl.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end`;

/** Whether a role may log in is left to whoever runs the cluster. */
const roles = `
  select format('create role %I%s%s%s%s;', rolname,
           case when rolsuper then ' superuser' else '' end,
           case when rolcreaterole then ' createrole' else '' end,
           case when rolcreatedb then ' createdb' else '' end,
           case when rolbypassrls then ' bypassrls' else '' end) as text
    from pg_roles
   where rolname ~ '^onehazel_'
   order by rolname collate "C"`;

const schemas = `
  select format('create schema %I authorization %I;', n.nspname, pg_get_userbyid(n.nspowner)) as text
    from pg_namespace n
   where ${everySchema} and n.nspname <> 'public'
   order by n.nspname collate "C"`;

const extensions = `
  select format('create extension %I;', extname) as text
    from pg_extension
   where extname <> 'plpgsql'
   order by extname collate "C"`;

const types = `
  select case t.typtype
           when 'e' then format('create type %s as enum (%s);', t.oid::regtype,
             (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
                from pg_enum where enumtypid = t.oid))
           when 'c' then format('create type %s as (%s);', t.oid::regtype,
             (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
                from pg_attribute a where a.attrelid = t.typrelid and not a.attisdropped))
           else format('create domain %s as %s%s%s;', t.oid::regtype, format_type(t.typbasetype, t.typtypmod),
             case when t.typnotnull then ' not null' else '' end,
             (select string_agg(' ' || pg_get_constraintdef(k.oid), '' order by k.conname collate "C")
                from pg_constraint k where k.contypid = t.oid and k.contype = 'c'))
         end as text
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
   where ${ourSchemas} and (t.typtype in ('e', 'd') or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
   order by t.oid::regtype::text collate "C"`;

const columnsOf = `
  select string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           coalesce(' collate ' || (select quote_ident(l.collname) from pg_collation l
                                     join pg_type t on t.oid = a.atttypid
                                    where l.oid = a.attcollation and a.attcollation <> t.typcollation), ''),
           case when a.attnotnull then ' not null' else '' end,
           case when a.attidentity <> '' then ' generated as identity'
                when a.attgenerated <> '' then format(' generated always as (%s)', pg_get_expr(d.adbin, d.adrelid))
                when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid)
                else '' end), E',\\n' order by a.attnum)
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

/** PostgreSQL 18 lists \`not null\` among the constraints (\`n\`); it stands with its column already. */
const constraintsOf = `
  select string_agg(format(E',\\n  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), ''
           order by k.contype = 'p' desc, k.conname collate "C")
    from pg_constraint k
   where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c', 'x')`;

const tables = `
  select format(E'create %stable %I.%I (\\n%s%s\\n)%s%s;', case c.relpersistence when 'u' then 'unlogged ' else '' end,
           n.nspname, c.relname, (${columnsOf}), (${constraintsOf}),
           case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
           ' with (' || array_to_string(c.reloptions, ', ') || ')')
         || case when c.relrowsecurity
              then format(E'\\nalter table %I.%I enable row level security;', n.nspname, c.relname) else '' end
         || case when c.relforcerowsecurity
              then format(E'\\nalter table %I.%I force row level security;', n.nspname, c.relname) else '' end
         || format(E'\\nalter table %I.%I owner to %I;\\n', n.nspname, c.relname, pg_get_userbyid(c.relowner)) as text
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where ${ourTables}
   order by n.nspname collate "C", c.relname collate "C"`;

const views = `
  select format(E'create %sview %I.%I%s as\\n%s\\n', case c.relkind when 'm' then 'materialized ' else '' end,
           n.nspname, c.relname, ' with (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid)) as text
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where ${ourSchemas} and c.relkind in ('v', 'm')
   order by n.nspname collate "C", c.relname collate "C"`;

const indexes = `
  select pg_get_indexdef(i.indexrelid) || ';' as text
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
   where ${ourTables} and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
   order by pg_get_indexdef(i.indexrelid) collate "C"`;

const policies = `
  select format('create policy %I on %I.%I as %s for %s to %s%s%s;', p.policyname, p.schemaname, p.tablename,
           lower(p.permissive), lower(p.cmd), array_to_string(p.roles, ', '),
           E'\\n  using (' || p.qual || ')', E'\\n  with check (' || p.with_check || ')') as text
    from pg_policies p
    join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
    join pg_namespace n on n.oid = c.relnamespace
   where ${ourTables}
   order by p.schemaname collate "C", p.tablename collate "C", p.policyname collate "C"`;

const triggers = `
  select pg_get_triggerdef(t.oid) || ';' as text
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
   where ${ourTables} and not t.tgisinternal
   order by pg_get_triggerdef(t.oid) collate "C"`;

const functionName = `format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))`;
const ourFunctions = `${ourSchemas} and not exists
           (select from pg_depend e where e.objid = p.oid and e.classid = 'pg_proc'::regclass and e.deptype = 'e')`;

const functions = `
  select format(E'create %s %I.%I(%s)%s\\n  language %s %s security %s%s%s;\\nalter %s %s owner to %I;\\n',
           case p.prokind when 'p' then 'procedure' else 'function' end,
           n.nspname, p.proname, pg_get_function_arguments(p.oid),
           E'\\n  returns ' || pg_get_function_result(p.oid), l.lanname,
           case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
           case when p.prosecdef then 'definer' else 'invoker' end,
           case when p.proisstrict then ' strict' else '' end,
           E'\\n  set ' || array_to_string(p.proconfig, E'\\n  set '),
           case p.prokind when 'p' then 'procedure' else 'function' end, ${functionName},
           pg_get_userbyid(p.proowner)) as text
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join pg_language l on l.oid = p.prolang
   where ${ourFunctions}
   order by ${functionName} collate "C"`;

const grants = `
  with granted (object, acl) as (
    select format('schema %I', n.nspname), acl
      from pg_namespace n, aclexplode(n.nspacl) acl
     where ${ourSchemas} and acl.grantee <> n.nspowner
    union all
    select format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname), acl
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) acl
     where ${ourSchemas} and not c.relispartition and acl.grantee <> c.relowner
    union all
    select format('table %I.%I (%I)', n.nspname, c.relname, a.attname), acl
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) acl
     where ${ourSchemas} and not c.relispartition and acl.grantee <> c.relowner
    union all
    select 'function ' || ${functionName}, acl
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace,
           aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
     where ${ourFunctions} and acl.grantee <> p.proowner
  )
  select format('grant %s on %s to %s;',
           lower(string_agg((acl).privilege_type, ', ' order by (acl).privilege_type collate "C")),
           object, ${grantee.replaceAll("acl.", "(acl).")}) as text
    from granted
   group by object, (acl).grantee
   order by object collate "C", ${grantee.replaceAll("acl.", "(acl).")} collate "C"`;

export const sections: readonly Section[] = [
  { title: "roles (of the cluster)", query: roles },
  { title: "schemas", query: schemas },
  { title: "extensions", query: extensions },
  { title: "types", query: types },
  { title: "tables", query: tables },
  { title: "views", query: views },
  { title: "indexes", query: indexes },
  { title: "policies", query: policies },
  { title: "triggers", query: triggers },
  { title: "functions (their bodies are in functions/ and the migrations)", query: functions },
  { title: "grants (the owner's own are implied)", query: grants },
];
