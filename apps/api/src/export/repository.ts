import type { TenantTransaction } from "@onehazel/db";
import type { JsonObject } from "../sealing/service.js";

/** A page holds this many rows, or fewer that are stored in this many bytes: large rows must not fill the memory. */
const pageRowsMax = 500;
const pageBytes = 262_144;
const microseconds = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

export interface SubjectRow {
  readonly id: string;
  readonly external_id: string;
  readonly entity_type: string;
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  /** The database's clock, in full precision. */
  readonly as_of: string;
}

export async function findSubject(
  tx: TenantTransaction,
  operatorId: string,
  externalId: string,
): Promise<SubjectRow | undefined> {
  const { rows } = await tx.raw(
    `select id, external_id, entity_type, data, sealed, created_at, updated_at, to_char(clock_timestamp() at time zone 'UTC', ${microseconds}) as as_of
     from entities
     where operator_id = ? and external_id = ?`,
    [operatorId, externalId],
  );
  return rows[0];
}

export async function isErased(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
): Promise<boolean> {
  const { rows } = await tx.raw(
    "select 1 from entities where operator_id = ? and id = ? and erased_at is null",
    [operatorId, entityId],
  );
  return rows.length === 0;
}

export interface StateRow {
  readonly state_key: string;
  readonly value: unknown;
  readonly updated_at: Date;
}

/** By key, those after `after`. Empty at the end only. */
export async function listStatesAfter(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  after: string,
): Promise<StateRow[]> {
  const { rows } = await tx.raw(
    `select state_key, value, updated_at
     from (
       select *, sum(pg_column_size(value)) over (order by state_key) - pg_column_size(value) as bytes_before
       from (
         select state_key, value, updated_at
         from states
         where operator_id = ? and entity_id = ? and state_key > ?
         order by state_key
         limit ?
       ) following
     ) page
     where bytes_before < ?
     order by state_key`,
    [operatorId, entityId, after, pageRowsMax, pageBytes],
  );
  return rows;
}

export interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly occurred_at: Date;
  readonly created_at: Date;
  /** `occurred_at` in full precision. */
  readonly position: string;
}

export interface EventPosition {
  readonly at: string;
  readonly id: string;
}

/** Where the oldest event comes after. */
export const beforeAllEvents: EventPosition = { at: "-infinity", id: "" };

/** Oldest first, archived or not, those after a position that were recorded by a moment. Empty at the end only. */
export async function listEventsAfter(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  after: EventPosition,
  recordedBy: string,
): Promise<EventRow[]> {
  // The bound on occurred_at alone is what months are left out by; a comparison of pairs is not.
  const { rows } = await tx.raw(
    `select id, event_type, data, sealed, occurred_at, created_at, to_char(occurred_at at time zone 'UTC', ${microseconds}) as position
     from (
       select *,
         sum(pg_column_size(data)) over (order by occurred_at, id) - pg_column_size(data) as bytes_before
       from (
         select id, event_type, data, sealed, occurred_at, created_at
         from events
         where operator_id = ?
           and entity_id = ?
           and occurred_at >= ?::timestamptz
           and (occurred_at, id) > (?::timestamptz, ?)
           and created_at <= ?::timestamptz
         order by occurred_at, id
         limit ?
       ) following
     ) page
     where bytes_before < ?
     order by occurred_at, id`,
    [operatorId, entityId, after.at, after.at, after.id, recordedBy, pageRowsMax, pageBytes],
  );
  return rows;
}
