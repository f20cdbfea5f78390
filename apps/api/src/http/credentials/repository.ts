import type { Database } from "@onehazel/db";
import type { LimitOverrides } from "../credential.js";

export interface OperatorKeyRow {
  readonly key_id: string | null;
  readonly operator_id: string;
  readonly platform_id: string;
  readonly access: "write" | "read";
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly suspended: boolean;
  readonly pii_salt: Buffer;
  readonly template_ref: string | null;
  /** Null also when the caller knows it already. */
  readonly template_schema: unknown;
  readonly rate_limits: LimitOverrides | null;
  readonly as_of: Date;
  readonly stamp: Buffer;
}

export interface PlatformKeyRow {
  readonly key_id: string | null;
  readonly platform_id: string;
  readonly revoked: boolean;
  readonly management_limit: number | null;
}

// Columns are named, so that the function may return more of them under servers that know it of old.
export async function findOperatorKey(
  db: Database,
  keyHash: Buffer,
  knownTemplateRef: string | undefined,
): Promise<OperatorKeyRow | undefined> {
  const { rows } = await db.query<OperatorKeyRow & Record<string, unknown>>(
    "resolve_operator_key",
    `select key_id, operator_id, platform_id, access, revoked, expired, suspended, pii_salt, template_ref, template_schema,
       rate_limits, as_of, stamp
     from resolve_operator_key($1, $2)`,
    [keyHash, knownTemplateRef ?? null],
  );
  return rows[0]?.key_id === null ? undefined : rows[0];
}

export async function findPlatformKey(db: Database, keyHash: Buffer): Promise<PlatformKeyRow | undefined> {
  const { rows } = await db.query<PlatformKeyRow & Record<string, unknown>>(
    "resolve_platform_key",
    "select key_id, platform_id, revoked, management_limit from resolve_platform_key($1)",
    [keyHash],
  );
  return rows[0]?.key_id === null ? undefined : rows[0];
}

export interface SessionRow {
  readonly user_id: string | null;
  readonly role: "owner" | "member";
  /** Null for a platform's user, and so is everything of the operator. */
  readonly operator_id: string | null;
  readonly platform_id: string;
  readonly suspended: boolean;
  readonly pii_salt: Buffer | null;
  readonly template_ref: string | null;
  /** Null also when the caller knows it already. */
  readonly template_schema: unknown;
  readonly rate_limits: LimitOverrides | null;
  readonly management_limit: number | null;
  readonly as_of: Date;
}

export async function findSession(
  db: Database,
  userId: string,
  knownTemplateRef: string | undefined,
): Promise<SessionRow | undefined> {
  const { rows } = await db.query<SessionRow & Record<string, unknown>>(
    "resolve_session",
    `select user_id, role, operator_id, platform_id, suspended, pii_salt, template_ref, template_schema, rate_limits,
       management_limit, as_of
     from resolve_session($1, $2)`,
    [userId, knownTemplateRef ?? null],
  );
  return rows[0]?.user_id === null ? undefined : rows[0];
}

/** One use of a key: how long ago, by any clock. */
export interface KeyUse {
  readonly tenantId: string;
  readonly keyId: string;
  readonly ageMs: number;
}

export async function touchKeys(
  db: Database,
  kind: "operatorKey" | "platformKey",
  uses: readonly KeyUse[],
): Promise<void> {
  const name = kind === "operatorKey" ? "touch_operator_keys" : "touch_platform_keys";
  await db.query(name, `select ${name}($1, $2, $3)`, [
    uses.map((use) => use.tenantId),
    uses.map((use) => use.keyId),
    uses.map((use) => Math.round(use.ageMs)),
  ]);
}
