import { type ExaminedRow, type TenantTransaction, unforeseen, withinExamined } from "@onehazel/db";
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

export interface ListedOperatorRow extends OperatorRow, Partial<ExaminedRow> {
  /** The sort key in full precision. */
  readonly position: string;
}

/**
 * Newest first. An index knows the plan or the status; a page is cut by what it examines where another filter stands beside it.
 */
export async function listOperators(
  tx: TenantTransaction,
  platformId: string,
  { status, plan, q, after, rowsMax }: OperatorFilter,
): Promise<ListedOperatorRow[]> {
  const indexed = plan === undefined ? { column: "status", value: status } : { column: "plan", value: plan };
  const matches = [
    ...(plan !== undefined && status !== undefined ? [{ text: "status = ?", values: [status] }] : []),
    ...(q === undefined ? [] : [containsText(q)]),
  ];
  const operators = `select ${columns},
       to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
     from operators
     where platform_id = ?
       ${indexed.value === undefined ? "" : `and ${indexed.column} = ${unforeseen}`}
       ${after === undefined ? "" : "and (created_at, id) < (?::timestamptz, ?)"}
     order by created_at desc, id desc`;
  const page =
    matches.length === 0
      ? `${operators} limit ?`
      : withinExamined(operators, matches.map(({ text }) => text).join(" and "));
  const { rows } = await tx.raw(page, [
    ...matches.flatMap(({ values }) => values),
    platformId,
    ...(indexed.value === undefined ? [] : [indexed.value]),
    ...(after === undefined ? [] : [after.at, after.id]),
    rowsMax,
  ]);
  return rows;
}

/** The name or the contact e-mail contains it, in any case. */
function containsText(q: string): { text: string; values: string[] } {
  const pattern = `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  return { text: "(name ilike ? or contact_email ilike ?)", values: [pattern, pattern] };
}
