import type pg from "pg";

/** A right that `public` has by default, or had in older databases. */
interface PublicRight {
  readonly what: string;
  /** Run by the owner of the database or of the schema. */
  readonly revoke: string;
  readonly isOwner: boolean;
}

/** Rights of `public` that would let a login create objects that hide ours. */
const publicRights = `
  select 'everyone may create temporary tables in this database' as what,
         format('revoke temporary on database %I from public;', d.datname) as revoke,
         pg_has_role(d.datdba, 'usage') as "isOwner"
    from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
   where d.datname = current_database() and acl.grantee = 0 and acl.privilege_type = 'TEMPORARY'
  union all
  select 'everyone may create objects in the schema public',
         'revoke create on schema public from public;',
         pg_has_role(n.nspowner, 'usage')
    from pg_namespace n, aclexplode(n.nspacl) acl
   where n.nspname = 'public' and acl.grantee = 0 and acl.privilege_type = 'CREATE'`;

/**
 * Revokes rights of `public` that no role needs here. If the migrating role does not own the object, passes the statement that the owner
 * has to run to `onProgress` instead.
 */
export async function revokePublicRights(
  session: pg.ClientBase,
  onProgress: (message: string) => void,
): Promise<void> {
  const { rows } = await session.query<PublicRight>(publicRights);
  for (const { what, revoke, isOwner } of rows) {
    if (isOwner) await session.query(revoke);
    else onProgress(`${what}; run this as its owner: ${revoke}`);
  }
}
