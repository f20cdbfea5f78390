import {
  type CredentialProof,
  callHotWrite,
  type Database,
  type PagedRow,
  type TenantTransaction,
  unforeseen,
  type WriteOutcome,
  withinBytes,
} from "@onehazel/db";
import type { Position } from "../http/cursor.js";
import type { IdempotencyRequest } from "../http/idempotency/request.js";
import type { JsonObject, SealedData } from "../sealing/service.js";
import type { Hour } from "./event-id.js";

export interface EventWrite extends SealedData {
  readonly operatorId: string;
  readonly externalId: string;
  readonly id: string;
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly templateRef: string;
  readonly idempotency: IdempotencyRequest | undefined;
  readonly proof: CredentialProof | undefined;
}

/** Records in one round trip. */
export function insertEvent(db: Database, write: EventWrite): Promise<WriteOutcome> {
  const values = [
    write.operatorId,
    write.externalId,
    write.id,
    write.eventType,
    JSON.stringify(write.data),
    write.sealed,
    write.masterKeyId,
    write.occurredAt,
    write.templateRef,
  ];
  return callHotWrite(db, "record_event", values, write);
}

export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly occurred_at: Date;
  readonly created_at: Date;
}

export interface EventFilter {
  readonly eventType: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly archived: boolean;
  /** Events before this moment are archived; undefined when none is. */
  readonly archivedBefore: Date | undefined;
  readonly after: Position | undefined;
  readonly rowsMax: number;
}

/**
 * Newest first, each with its sort key in full precision. Of several bounds on one side an index is entered at the first that is
 * written, so the cursor's goes before the filters'; its time alone, which says less, leaves the months out that lie above it.
 */
export async function listEvents(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  filter: EventFilter,
): Promise<(EventRow & PagedRow & { readonly position: string })[]> {
  const { archivedBefore } = filter;
  const { rows } = await tx.raw(
    withinBytes(
      `select id, event_type, data, sealed, occurred_at, created_at,
       to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
     from events
     where operator_id = ?
       and entity_id = ${unforeseen}
       ${filter.eventType === undefined ? "" : `and event_type = ${unforeseen}`}
       ${filter.after === undefined ? "" : "and (occurred_at, id) < (?::timestamptz, ?) and occurred_at < ?::timestamptz + interval '1 microsecond'"}
       ${filter.from === undefined ? "" : "and occurred_at >= ?"}
       ${filter.to === undefined ? "" : "and occurred_at < ?"}
       ${archivedBefore === undefined ? "" : filter.archived ? "and occurred_at < ?" : "and occurred_at >= ?"}
     order by occurred_at desc, id desc
     limit ?`,
      "data",
    ),
    [
      operatorId,
      entityId,
      ...(filter.eventType === undefined ? [] : [filter.eventType]),
      ...(filter.after === undefined ? [] : [filter.after.at, filter.after.id, filter.after.at]),
      ...(filter.from === undefined ? [] : [filter.from]),
      ...(filter.to === undefined ? [] : [filter.to]),
      ...(archivedBefore === undefined ? [] : [archivedBefore]),
      filter.rowsMax,
    ],
  );
  return rows;
}

export async function findEvent(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  id: string,
  hour: Hour,
): Promise<EventRow | undefined> {
  const { rows } = await tx.raw(
    `select id, event_type, data, sealed, occurred_at, created_at
     from events
     where operator_id = ? and entity_id = ? and occurred_at >= ? and occurred_at < ? and id = ?`,
    [operatorId, entityId, hour.from, hour.to, id],
  );
  return rows[0];
}

export async function findArchivedBefore(
  tx: TenantTransaction,
  operatorId: string,
): Promise<Date | undefined> {
  const row = await tx("settings").where({ operator_id: operatorId }).first("events_archived_before");
  return row?.events_archived_before ?? undefined;
}
