import {
  type CredentialProof,
  callHotWrite,
  type Database,
  type ExaminedRow,
  epochMs,
  isStaleCall,
  type PagedRow,
  readProven,
  type TenantTransaction,
  unforeseen,
  type WriteOutcome,
  withinBytes,
  withinExamined,
} from "@onehazel/db";
import type { OperatorCredential } from "../http/credential.js";
import type { Position } from "../http/cursor.js";
import type { IdempotencyRequest } from "../http/idempotency/request.js";
import type { JsonObject, SealedData } from "../sealing/service.js";

export interface EntityWrite extends SealedData {
  readonly operatorId: string;
  /** Used if the entity is new. */
  readonly id: string;
  readonly externalId: string;
  readonly entityType: string;
  readonly templateRef: string;
  readonly idempotency: IdempotencyRequest | undefined;
  readonly proof: CredentialProof | undefined;
}

/** Writes in one round trip. */
export function upsertEntity(db: Database, write: EntityWrite): Promise<WriteOutcome> {
  const values = [
    write.operatorId,
    write.id,
    write.externalId,
    write.entityType,
    JSON.stringify(write.data),
    write.sealed,
    write.masterKeyId,
    write.templateRef,
  ];
  return callHotWrite(db, "upsert_entity", values, write);
}

export interface EntityRow {
  readonly id: string;
  readonly entity_type: string;
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface FoundEntityRow extends EntityRow {
  readonly external_id: string;
}

/** Reads in one round trip, which others share. */
export async function findEntity(
  db: Database,
  { operatorId, proof }: Pick<OperatorCredential, "operatorId" | "proof">,
  externalId: string,
): Promise<EntityRow | "stale" | undefined> {
  const read = {
    name: "get_entities",
    text: "select external_id, id, entity_type, data, sealed, created_at, updated_at from get_entities($1, $2, $3, $4)",
    operatorId,
    id: externalId,
  };
  try {
    const { rows } = await readProven<FoundEntityRow>(db, read, proof);
    return rows.find((row) => row.external_id === externalId);
  } catch (error) {
    if (isStaleCall(error)) return "stale";
    throw error;
  }
}

export async function findEntityId(
  tx: TenantTransaction,
  operatorId: string,
  externalId: string,
): Promise<string | undefined> {
  const row = await tx("entities").where({ operator_id: operatorId, external_id: externalId }).first("id");
  return row?.id;
}

export interface ListedEntityRow extends PagedRow, Partial<ExaminedRow> {
  readonly id: string;
  readonly external_id: string | null;
  readonly entity_type: string | null;
  readonly data: JsonObject;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly erased_at_ms: number | null;
  /** The sort key in full precision. */
  readonly position: string;
}

export interface Page {
  readonly entityType: string | undefined;
  readonly after: Position | undefined;
  readonly rowsMax: number;
}

const columns = `id, external_id, entity_type, data, ${epochMs("created_at")} as created_at_ms,
       ${epochMs("updated_at")} as updated_at_ms, ${epochMs("erased_at")} as erased_at_ms`;
const microseconds = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** Newest first, the erased left out. */
export async function listNewest(
  tx: TenantTransaction,
  operatorId: string,
  page: Page,
): Promise<ListedEntityRow[]> {
  const { rows } = await tx.raw(
    withinBytes(
      `select ${columns}, to_char(created_at at time zone 'UTC', ${microseconds}) as position
     from entities
     where operator_id = ?
       and erased_at is null
       ${page.entityType === undefined ? "" : `and entity_type = ${unforeseen}`}
       ${page.after === undefined ? "" : "and (created_at, id) < (?::timestamptz, ?)"}
     order by created_at desc, id desc
     limit ?`,
      "data",
    ),
    [
      operatorId,
      ...(page.entityType === undefined ? [] : [page.entityType]),
      ...(page.after === undefined ? [] : [page.after.at, page.after.id]),
      page.rowsMax,
    ],
  );
  return rows;
}

/** Up to when changes are complete; ask before listing them, in a statement of its own. */
export async function changesCompleteBefore(tx: TenantTransaction, operatorId: string): Promise<string> {
  const { rows } = await tx.raw(
    `select to_char(changes_complete_before(?) at time zone 'UTC', ${microseconds}) as before`,
    [operatorId],
  );
  return rows[0].before;
}

export interface ChangesPage extends Page {
  readonly since: Date;
  readonly before: string;
}

/**
 * Oldest change first; includes erased entities of every type. There is no index with the type, because every upsert would pay for it;
 * so a page has a bound on examined rows. The cursor's bound comes before `since`: PostgreSQL starts an index scan at the first of several
 * bounds on one side.
 */
export async function listChanges(
  tx: TenantTransaction,
  operatorId: string,
  { entityType, after, since, before, rowsMax }: ChangesPage,
): Promise<ListedEntityRow[]> {
  const changes = `select ${columns}, to_char(updated_at at time zone 'UTC', ${microseconds}) as position
     from entities
     where operator_id = ?
       ${after === undefined ? "" : "and (updated_at, id) > (?::timestamptz, ?)"}
       and updated_at >= ?
       and updated_at < ?::timestamptz
     order by updated_at, id`;
  const page =
    entityType === undefined
      ? `${changes} limit ?`
      : withinExamined(changes, "entity_type = ? or erased_at_ms is not null");
  const { rows } = await tx.raw(withinBytes(page, "data"), [
    ...(entityType === undefined ? [] : [entityType]),
    operatorId,
    ...(after === undefined ? [] : [after.at, after.id]),
    since,
    before,
    rowsMax,
  ]);
  return rows;
}
