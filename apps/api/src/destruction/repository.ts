import {
  type ConnectionOptions,
  type Database,
  openDatabase,
  type TenantTransaction,
  workerRole,
} from "@onehazel/db";

/** Opens the owner's connection for one piece of work, and closes it. */
export async function asOwner<T>(owner: ConnectionOptions, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ ...owner, poolMax: 2, applicationName: "onehazel admin" });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Whose an operator is, or was before it was destroyed; undefined when it is nobody's. */
export async function locateOperator(
  db: Database,
  operatorId: string,
): Promise<{ platformId: string; destroyed: boolean } | undefined> {
  const { rows } = await db.pool.query<{ living: string | null; destroyed: string | null }>(
    "select (locate($1, null, null)).platform_id as living, locate_destroyed($1) as destroyed",
    [operatorId],
  );
  const { living = null, destroyed = null } = rows[0] ?? {};
  if (destroyed !== null) return { platformId: destroyed, destroyed: true };
  return living === null ? undefined : { platformId: living, destroyed: false };
}

/** Lets a platform's transaction see the rows of one operator of it, too. */
export async function enterOperator(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select set_config('app.operator_id', ?, true)", [operatorId]);
}

/** Locks the operator and says whether it has been suspended for so many days, by the database's clock. */
export async function lockSuspended(
  tx: TenantTransaction,
  platformId: string,
  operatorId: string,
  daysMin: number,
): Promise<{ suspendedAt: Date | null; longEnough: boolean } | undefined> {
  const { rows } = await tx.raw(
    `select suspended_at, coalesce(suspended_at <= now() - make_interval(days => ?::int), false) as long_enough
     from operators
     where platform_id = ? and id = ?
     for update`,
    [daysMin, platformId, operatorId],
  );
  const [row] = rows;
  return row && { suspendedAt: row.suspended_at, longEnough: row.long_enough };
}

/** Whether the operator's tombstone is there: that its row is not seen proves nothing. */
export async function isDestroyed(tx: TenantTransaction, operatorId: string): Promise<boolean> {
  const { rows } = await tx.raw("select locate_destroyed(?) is not null as destroyed", [operatorId]);
  return rows[0].destroyed;
}

/** A write that has read the operator's template holds this lock until it commits: afterwards none finds a template. */
export async function shutWritersOut(tx: TenantTransaction, operatorId: string): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended('template:' || ?, 0))", [operatorId]);
}

/** The operator's row goes, and its salt with it; the tombstone remains. */
export async function replaceOperator(
  tx: TenantTransaction,
  platformId: string,
  operatorId: string,
): Promise<void> {
  await tx.raw(
    `with gone as (
       delete from operators where platform_id = ? and id = ? returning platform_id, id, suspended_at
     )
     insert into destroyed_operators (platform_id, id, suspended_at)
     select platform_id, id, suspended_at from gone`,
    [platformId, operatorId],
  );
}

/** Adds what was removed. Returns the total. */
export async function addRowsRemoved(
  tx: TenantTransaction,
  platformId: string,
  operatorId: string,
  rows: number,
): Promise<number> {
  const result = await tx.raw(
    `update destroyed_operators set rows_removed = rows_removed + ?
     where platform_id = ? and id = ?
     returning rows_removed`,
    [rows, platformId, operatorId],
  );
  return Number(result.rows[0].rows_removed);
}

/** Returns what there is to tell of a destruction; the first time that it was found complete stays. */
export async function completeDestruction(
  tx: TenantTransaction,
  platformId: string,
  operatorId: string,
): Promise<{ destroyedAt: Date; rowsRemoved: number }> {
  const { rows } = await tx.raw(
    `update destroyed_operators set completed_at = coalesce(completed_at, clock_timestamp())
     where platform_id = ? and id = ?
     returning destroyed_at, rows_removed`,
    [platformId, operatorId],
  );
  return { destroyedAt: rows[0].destroyed_at, rowsRemoved: Number(rows[0].rows_removed) };
}

/** A table that holds rows of operators: not one that is in parts, but each of its parts. */
export interface OperatorTable {
  /** Quoted as PostgreSQL does. */
  readonly name: string;
  /** Its rows would be left behind by an operator's, which they refer to. */
  readonly refersToOperators: boolean;
}

/** Every table with a column `operator_id`, found in the catalogue, those that refer to others first. */
export async function listOperatorTables(db: Database | TenantTransaction): Promise<OperatorTable[]> {
  const text = `
    select c.oid::regclass::text as name,
      exists (
        select from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'public.operators'::regclass
      ) as "refersToOperators"
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'operator_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    order by (select count(*) from pg_constraint k where k.conrelid = c.oid and k.contype = 'f') desc, c.relname`;
  return ("pool" in db ? await db.pool.query<OperatorTable>(text) : await db.raw(text)).rows;
}

/** Removes some of the operator's rows. Returns how many; a month of events that was dropped meanwhile has none. */
export async function deleteRows(
  tx: TenantTransaction,
  table: OperatorTable,
  operatorId: string,
  rowsMax: number,
): Promise<number> {
  const { rowCount } = await tx.raw(
    `delete from only ${table.name}
     where operator_id = ? and ctid = any (array(
       select r.ctid from only ${table.name} r where r.operator_id = ? limit ?
     ))`,
    [operatorId, operatorId, rowsMax],
  );
  return rowCount;
}

/** Takes the operator's jobs out of the queue. Returns how many are being run, and are left. */
export async function deleteJobs(owner: ConnectionOptions, operatorId: string): Promise<number> {
  const db = openDatabase({ ...owner, role: workerRole, poolMax: 1, applicationName: "onehazel admin" });
  try {
    await db.pool.query(
      `select graphile_worker.complete_jobs(array(
         select id from graphile_worker._private_jobs where payload ->> 'operatorId' = $1 and locked_at is null
       ))`,
      [operatorId],
    );
    const { rowCount } = await db.pool.query(
      "select from graphile_worker._private_jobs where payload ->> 'operatorId' = $1",
      [operatorId],
    );
    return rowCount ?? 0;
  } finally {
    await db.close();
  }
}
