import { type PagedRow, type TenantTransaction, withinBytes } from "@onehazel/db";
import type { ErrorCode } from "@onehazel/spec";
import type { Position } from "../http/cursor.js";

export interface BatchRows<Row> {
  readonly templateRef: string;
  readonly rows: readonly Row[];
  /** A JSON array of the external ids, each once, that the report may name or must know of. */
  readonly named: string;
}

/** An entity as it is stored. `data` is JSON text of one line; PII in it is sealed. */
export interface EntityRow {
  readonly id: string;
  readonly externalId: string;
  readonly entityType: string;
  readonly data: string;
  readonly sealed: readonly string[];
  readonly masterKeyId: string | null;
}

/**
 * Creates or replaces entities that are each named once; whoever erases one that is named waits for us. In columns, because
 * the database takes twice as long to find them in JSON; sorted, so that two batches wait for each other in the same order.
 */
export async function upsertEntities(
  tx: TenantTransaction,
  operatorId: string,
  { templateRef, rows, named }: BatchRows<EntityRow>,
): Promise<readonly string[]> {
  const sorted = [...rows].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  await tx.raw("select batch_entities(?, ?, ?, ?, ?, ?, ?, ?, ?::json)", [
    operatorId,
    templateRef,
    // They come in their own order too: four indexes end with them, and take neighbours at less cost than strangers.
    arrayLiteral(sorted.map(({ id }) => id).sort()),
    arrayLiteral(sorted.map(({ externalId }) => externalId)),
    arrayLiteral(sorted.map(({ entityType }) => entityType)),
    sorted.map(({ data }) => data).join("\n"),
    sealedLiteral(sorted),
    // One master key seals the whole batch.
    sorted.find(({ masterKeyId }) => masterKeyId !== null)?.masterKeyId ?? null,
    named,
  ]);
  return [];
}

/** Fit to be a `text[]`. The query builder and the driver would go through an array's items, each for itself. */
function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map(quoted).join(",")}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** An array of array literals: each row's sealed fields. Most rows of a batch have the same as the one before. */
function sealedLiteral(rows: readonly EntityRow[]): string {
  let last: readonly string[] = [];
  let element = quoted("{}");
  const elements = rows.map(({ sealed }) => {
    if (sealed.length !== last.length || sealed.some((field, index) => field !== last[index])) {
      last = sealed;
      element = quoted(arrayLiteral(sealed));
    }
    return element;
  });
  return `{${elements.join(",")}}`;
}

/** Records the events of living entities, each row one JSON text; gives the external ids that no entity has. */
export async function insertEvents(
  tx: TenantTransaction,
  operatorId: string,
  { templateRef, rows, named }: BatchRows<string>,
): Promise<readonly string[]> {
  const written = await tx.raw("select batch_events(?, ?, ?::json, ?::json) as missing", [
    operatorId,
    templateRef,
    named,
    `[${rows.join(",")}]`,
  ]);
  return written.rows[0].missing;
}

/** Sets the states of living entities, each once and one JSON text; gives the external ids that no entity has. */
export async function upsertStates(
  tx: TenantTransaction,
  operatorId: string,
  { templateRef, rows, named }: BatchRows<string>,
): Promise<readonly string[]> {
  const written = await tx.raw("select batch_states(?, ?, ?::json, ?::json) as missing", [
    operatorId,
    templateRef,
    named,
    `[${rows.join(",")}]`,
  ]);
  return written.rows[0].missing;
}

export interface BatchError {
  readonly index: number;
  readonly externalId: string | null;
  readonly code: ErrorCode;
  readonly message: string;
}

interface Job {
  readonly id: string;
  readonly type: "entities" | "events" | "states";
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errors: readonly BatchError[];
}

/** Stores the job, and a hash of each external id in its errors, so that erasures find the job. */
export async function insertJob(
  tx: TenantTransaction,
  operatorId: string,
  job: Job & { readonly keyHash: Buffer | undefined },
): Promise<void> {
  await tx.raw(
    `with job as (
       insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors, key_hash, completed_at)
       values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, clock_timestamp())
       returning operator_id, id, errors
     )
     insert into batch_job_subjects (operator_id, subject, job_id)
     select distinct job.operator_id, sha256(convert_to(error ->> 'externalId', 'UTF8')), job.id
     from job, jsonb_array_elements(job.errors) as error
     where error ->> 'externalId' is not null`,
    [
      operatorId,
      job.id,
      job.type,
      job.total,
      job.succeeded,
      job.failed,
      JSON.stringify(job.errors),
      job.keyHash ?? null,
    ],
  );
}

export interface JobRow extends Job {
  readonly created_at: Date;
  readonly completed_at: Date;
  /** Hashed external ids of running erasures. `errors` may still contain these ids, and they must not be returned. */
  readonly hidden: readonly Buffer[];
}

// A subquery, so that it is evaluated once and not for each row.
const columns = `id, type, total, succeeded, failed, errors, created_at, completed_at,
  case when (select has_running_erasure(?)) then list_hidden_subjects(operator_id, id) else '{}' end as hidden`;

export async function findJob(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
): Promise<JobRow | undefined> {
  const { rows } = await tx.raw(`select ${columns} from batch_jobs where operator_id = ? and id = ?`, [
    operatorId,
    operatorId,
    id,
  ]);
  return rows[0];
}

export interface ListedJobRow extends JobRow, PagedRow {
  /** The sort key in full precision. */
  readonly position: string;
}

/** Newest first. */
export async function listJobs(
  tx: TenantTransaction,
  operatorId: string,
  page: { readonly after: Position | undefined; readonly rowsMax: number },
): Promise<ListedJobRow[]> {
  const { rows } = await tx.raw(
    withinBytes(
      `select ${columns}, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
       from batch_jobs
       where operator_id = ?
         ${page.after === undefined ? "" : "and (created_at, id) < (?::timestamptz, ?)"}
       order by created_at desc, id desc
       limit ?`,
      "errors",
    ),
    [
      operatorId,
      operatorId,
      ...(page.after === undefined ? [] : [page.after.at, page.after.id]),
      page.rowsMax,
    ],
  );
  return rows;
}
