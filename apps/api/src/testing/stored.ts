import type { TestApi } from "./harness.js";

/** A table of ours, and the column that says whose a row is; null where rows are nobody's. */
export interface Table {
  readonly name: string;
  readonly tenantColumn: "operator_id" | "platform_id" | "id" | null;
}

/** Every table of ours but the parts of one, found in the catalogue. `operators` has a platform's column and is that platform's. */
export async function tablesOf(api: Pick<TestApi, "sql">): Promise<Table[]> {
  return api.sql<Table & Record<string, unknown>>(
    `select c.relname as name,
       case when c.relname = 'platforms' then 'id' else (
         select a.attname
         from pg_attribute a
         where a.attrelid = c.oid and a.attname in ('operator_id', 'platform_id') and not a.attisdropped
         order by a.attname
         limit 1
       ) end as "tenantColumn"
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
     order by c.relname`,
  );
}

/** A tenant whose rows are looked at: a platform and one operator of it. */
export interface Tenant {
  readonly operatorId: string;
  readonly platformId: string;
}

/**
 * A digest of the rows of every table, by table, so that two of them compare what is stored; of one tenant's rows, or of
 * all. When a key was last used and who read what are left out: they are written behind, at their own time.
 */
export async function storedDigest(
  api: Pick<TestApi, "sql">,
  tenant?: Tenant,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { name, tenantColumn } of await tablesOf(api)) {
    if (tenant !== undefined && tenantColumn === null) continue;
    const filter = tenant === undefined ? "" : `and ${tenantColumn} in ($1, $2)`;
    const [row] = await api.sql<{ digest: string }>(
      `select count(*) || ':' || coalesce(md5(string_agg(r.row, ',' order by r.row)), '') as digest
       from (select (to_jsonb(t) - 'last_used_at')::text as row from ${name} t
         where coalesce(to_jsonb(t) ->> 'action', '') not in ('entity.read', 'event.read') ${filter}) r`,
      tenant === undefined ? [] : [tenant.operatorId, tenant.platformId],
    );
    digests[name] = row?.digest ?? "";
  }
  return digests;
}
