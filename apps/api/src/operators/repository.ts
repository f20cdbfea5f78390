import type { TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import type { Position } from "../http/cursor.js";

export type Configuration = components["schemas"]["Configuration"];

export interface OperatorRow {
  readonly id: string;
  readonly name: string;
  readonly plan: string | null;
  readonly status: "active" | "suspended";
  readonly contact_email: string | null;
  readonly industry: string | null;
  readonly configuration: Configuration;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly suspended_at: Date | null;
}

const columns =
  "id, name, plan, status, contact_email, industry, configuration, created_at, updated_at, suspended_at";

export interface NewOperator {
  readonly platformId: string;
  readonly id: string;
  readonly name: string;
  readonly plan: string | null;
  readonly contactEmail: string | null;
  readonly industry: string | null;
  readonly configuration: Configuration;
  readonly piiSalt: Buffer;
}

export async function insertOperator(tx: TenantTransaction, operator: NewOperator): Promise<OperatorRow> {
  const { rows } = await tx.raw(
    `insert into operators (id, platform_id, name, plan, contact_email, industry, configuration, pii_salt)
     values (?, ?, ?, ?, ?, ?, ?::jsonb, ?)
     returning ${columns}`,
    [
      operator.id,
      operator.platformId,
      operator.name,
      operator.plan,
      operator.contactEmail,
      operator.industry,
      JSON.stringify(operator.configuration),
      operator.piiSalt,
    ],
  );
  return rows[0];
}

export async function findOperator(
  tx: TenantTransaction,
  platformId: string,
  id: string,
): Promise<OperatorRow | undefined> {
  const { rows } = await tx.raw(`select ${columns} from operators where platform_id = ? and id = ?`, [
    platformId,
    id,
  ]);
  return rows[0];
}

/** What is undefined stays; null clears. */
export interface OperatorChange {
  readonly name: string | undefined;
  readonly plan: string | null | undefined;
  readonly contactEmail: string | null | undefined;
  readonly industry: string | null | undefined;
  readonly configuration: Configuration | undefined;
  readonly status: "active" | "suspended" | undefined;
}

/** Undefined when there is no such operator of this platform. A suspension that lasts keeps its time. */
export async function updateOperator(
  tx: TenantTransaction,
  platformId: string,
  id: string,
  change: OperatorChange,
): Promise<OperatorRow | undefined> {
  const values: Record<string, unknown> = { updated_at: tx.fn.now() };
  if (change.name !== undefined) values.name = change.name;
  if (change.plan !== undefined) values.plan = change.plan;
  if (change.contactEmail !== undefined) values.contact_email = change.contactEmail;
  if (change.industry !== undefined) values.industry = change.industry;
  if (change.configuration !== undefined) values.configuration = JSON.stringify(change.configuration);
  if (change.status !== undefined) {
    values.status = change.status;
    values.suspended_at = change.status === "active" ? null : tx.raw("coalesce(suspended_at, now())");
  }
  const rows = await tx("operators")
    .where({ platform_id: platformId, id })
    .update(values)
    .returning(columns.split(", "));
  return rows[0];
}

export interface OperatorFilter {
  readonly status: string | undefined;
  readonly plan: string | undefined;
  readonly q: string | undefined;
  readonly after: Position | undefined;
  readonly rowsMax: number;
}

/** Newest first, each with its sort key in full precision. */
export async function listOperators(
  tx: TenantTransaction,
  platformId: string,
  filter: OperatorFilter,
): Promise<(OperatorRow & { readonly position: string })[]> {
  const pattern = filter.q === undefined ? undefined : `%${filter.q.replace(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await tx.raw(
    `select ${columns},
       to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
     from operators
     where platform_id = ?
       ${filter.status === undefined ? "" : "and status = ?"}
       ${filter.plan === undefined ? "" : "and plan = ?"}
       ${pattern === undefined ? "" : "and (name ilike ? or contact_email ilike ?)"}
       ${filter.after === undefined ? "" : "and (created_at, id) < (?::timestamptz, ?)"}
     order by created_at desc, id desc
     limit ?`,
    [
      platformId,
      ...(filter.status === undefined ? [] : [filter.status]),
      ...(filter.plan === undefined ? [] : [filter.plan]),
      ...(pattern === undefined ? [] : [pattern, pattern]),
      ...(filter.after === undefined ? [] : [filter.after.at, filter.after.id]),
      filter.rowsMax,
    ],
  );
  return rows;
}
