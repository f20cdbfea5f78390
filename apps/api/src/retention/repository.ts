import type { Database, TenantTransaction } from "@onehazel/db";
import type { Position } from "../http/cursor.js";

/** A run of retention that has not ended, with the moments its policy comes to; null where nothing is asked for. */
export interface OpenRun {
  readonly id: string;
  readonly step: string | null;
  /** How far the step has got; null at its beginning. */
  readonly after: SweepPosition | null;
  readonly archive_before: string | null;
  readonly remove_events_before: string | null;
  readonly remove_states_before: string | null;
}

/** Where one batch of a sweep ended: the values of its key, as text. */
export type SweepPosition = readonly string[];

/** Begins a run unless one is under way already. */
export async function insertRun(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw(
    `insert into retention_runs (operator_id)
     values (?)
     on conflict (operator_id) where completed_at is null do nothing`,
    [operatorId],
  );
}

/** Takes the run that is under way for the rest of the transaction, so that its batches follow one another. */
export async function lockOpenRun(tx: TenantTransaction, operatorId: string): Promise<OpenRun | undefined> {
  const { rows } = await tx.raw(
    `select r.id, r.step, r.after,
       (r.started_at - make_interval(hours => 24 * (s.retention_policy #>> '{entity_events,hot_days}')::int))::text
         as archive_before,
       (r.started_at - make_interval(hours => 24 * coalesce(
         (s.retention_policy #>> '{entity_events,archive_days}')::int, s.data_retention_days
       )))::text as remove_events_before,
       (r.started_at - make_interval(hours => 24 * (s.retention_policy #>> '{entity_states,archive_days}')::int))::text
         as remove_states_before
     from retention_runs r
     left join settings s on s.operator_id = r.operator_id
     where r.operator_id = ? and r.completed_at is null
     for update of r`,
    [operatorId],
  );
  return rows[0];
}

export interface RunProgress {
  readonly eventsArchived: number;
  readonly eventsRemoved: number;
  readonly statesRemoved: number;
  /** Undefined: the run has ended. */
  readonly step: string | undefined;
  readonly after: SweepPosition | undefined;
}

/** Adds to the run's counts. Returns what they have come to. */
export async function updateRun(
  tx: TenantTransaction,
  operatorId: string,
  id: string,
  progress: RunProgress,
): Promise<Pick<RunProgress, "eventsArchived" | "eventsRemoved" | "statesRemoved">> {
  const { rows } = await tx.raw(
    `update retention_runs
     set events_archived = events_archived + ?,
       events_removed = events_removed + ?,
       states_removed = states_removed + ?,
       step = ?,
       after = ?,
       completed_at = case when ?::text is null then clock_timestamp() end
     where operator_id = ? and id = ?
     returning events_archived, events_removed, states_removed`,
    [
      progress.eventsArchived,
      progress.eventsRemoved,
      progress.statesRemoved,
      progress.step ?? null,
      progress.after === undefined ? null : JSON.stringify(progress.after),
      progress.step ?? null,
      operatorId,
      id,
    ],
  );
  return {
    eventsArchived: Number(rows[0].events_archived),
    eventsRemoved: Number(rows[0].events_removed),
    statesRemoved: Number(rows[0].states_removed),
  };
}

/** Moves the bound of the archive, null for none. Returns how many events that puts into the archive and leaves there. */
export async function archiveEvents(
  tx: TenantTransaction,
  operatorId: string,
  { archive_before: before, remove_events_before: removedBefore }: OpenRun,
): Promise<number> {
  const { rows } = await tx.raw(
    `select count(*) as archived
     from events
     where operator_id = ?
       and occurred_at < ?::timestamptz
       and occurred_at >= greatest(
         ?::timestamptz,
         (select events_archived_before from settings where operator_id = ?),
         '-infinity'
       )`,
    [operatorId, before, removedBefore, operatorId],
  );
  await tx.raw(
    `update settings
     set events_archived_before = ?::timestamptz
     where operator_id = ? and events_archived_before is distinct from ?::timestamptz`,
    [before, operatorId, before],
  );
  return Number(rows[0].archived);
}

/** A table to be swept in the order of a key. Everything here is text of our own, never a caller's. */
export interface Sweep {
  readonly table: string;
  readonly tenantColumn: "operator_id" | "platform_id";
  /** What an index has after the tenant, with the types of its columns. */
  readonly key: readonly (readonly [column: string, type: string])[];
  /** Which rows need to be looked at; all of them where nothing is said. May name `:bound`. */
  readonly within?: string;
  /** Which of those go. May name `:bound`. */
  readonly doomed: string;
}

/**
 * Looks at the next `rowsMax` rows of a table in the order of its key, and removes those that are doomed. `after`: where to go
 * on; undefined when it has seen all.
 */
export async function sweep(
  tx: TenantTransaction,
  tenantId: string,
  { table, tenantColumn, key, within = "true", doomed }: Sweep,
  { bound, after, rowsMax }: { bound?: string; after: SweepPosition | null; rowsMax: number },
): Promise<{ removed: number; after: SweepPosition | undefined }> {
  // Qualified: a bare name in `order by` would mean the text that is selected.
  const columns = key.map(([column]) => `t.${column}`).join(", ");
  const place = (name: string) =>
    `(${key.map(([, type], index) => `cast(:${name}${index} as ${type})`).join(", ")})`;
  const values = (name: string, position: SweepPosition) =>
    Object.fromEntries(position.map((value, index) => [`${name}${index}`, value]));
  // The leading column once more by itself: the planner neither prunes partitions nor guesses well by a row of columns.
  const [leading, leadingType] = key[0] as (typeof key)[number];
  const bounded = (operator: ">" | "<=", name: string) =>
    `and t.${leading} ${operator === ">" ? ">=" : "<="} cast(:${name}0 as ${leadingType})
     and (${columns}) ${operator} ${place(name)}`;
  const unseen = after === null ? "" : bounded(">", "after");
  const bindings = { tenantId, ...(bound === undefined ? {} : { bound }), ...values("after", after ?? []) };

  const { rows } = await tx.raw(
    `select ${key.map(([column]) => `cast(t.${column} as text)`).join(", ")}
     from ${table} t
     where t.${tenantColumn} = :tenantId and ${within} ${unseen}
     order by ${columns}
     offset :skipped limit 1`,
    { ...bindings, skipped: rowsMax - 1 },
  );
  const last = rows[0] as Record<string, string> | undefined;
  const end = last === undefined ? undefined : key.map(([column]) => last[column] as string);

  const { rowCount } = await tx.raw(
    `delete from ${table} t
     where t.${tenantColumn} = :tenantId and ${within} ${unseen}
       ${end === undefined ? "" : bounded("<=", "end")}
       and ${doomed}`,
    { ...bindings, ...values("end", end ?? []) },
  );
  return { removed: rowCount, after: end };
}

export async function listPlatformIds(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>("select id from list_platform_ids() as p (id)");
  return rows.map(({ id }) => id);
}

/** One step towards the months that are to come, so that making them holds nobody up. Returns whether there was one. */
export async function prepareEventMonth(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query<{ did: boolean }>("select prepare_event_month() as did");
  return rows[0]?.did === true;
}

/** Makes the months of events that are to come. Returns how many. */
export async function makeEventMonths(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ made: number }>("select make_event_months() as made");
  return rows[0]?.made ?? 0;
}

/** Drops the oldest month of events that nobody keeps. Undefined when there is none. */
export async function dropEventMonth(db: Database): Promise<Date | undefined> {
  const { rows } = await db.pool.query<{ month: Date | null }>("select drop_event_month() as month");
  return rows[0]?.month ?? undefined;
}

export interface RunRow {
  readonly id: string;
  readonly started_at: Date;
  readonly completed_at: Date | null;
  /** Counts come as text: they are 64-bit. */
  readonly events_archived: string;
  readonly events_removed: string;
  readonly states_removed: string;
  /** The sort key in full precision. */
  readonly position: string;
}

/** Newest first. */
export async function listRuns(
  tx: TenantTransaction,
  operatorId: string,
  after: Position | undefined,
  rowsMax: number,
): Promise<RunRow[]> {
  const { rows } = await tx.raw(
    `select id, started_at, completed_at, events_archived, events_removed, states_removed,
       to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position
     from retention_runs
     where operator_id = ?
       ${after === undefined ? "" : "and (started_at, id) < (?::timestamptz, ?::uuid)"}
     order by started_at desc, id desc
     limit ?`,
    [operatorId, ...(after === undefined ? [] : [after.at, after.id]), rowsMax],
  );
  return rows;
}
