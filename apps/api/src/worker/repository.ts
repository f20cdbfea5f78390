import {
  type ConnectionOptions,
  type Database,
  openDatabase,
  type TenantTransaction,
  workerRole,
} from "@onehazel/db";
import type { PoolClient } from "pg";

/** Sorts the workers' marks apart from other advisory locks of two numbers. */
const presenceLocks = 740_133;

/** Adds a job in the caller's transaction and for its operator. */
export async function addJob(tx: TenantTransaction, task: string, subjectId: string): Promise<void> {
  await tx.raw("select enqueue_job(?, ?)", [task, subjectId]);
}

/** Adds one job for every operator, each known by its key. Returns how many. */
export async function addJobForEachOperator(db: Database, task: string, priority: number): Promise<number> {
  const { rows } = await db.pool.query<{ added: string }>(
    `select count(*) as added
     from graphile_worker.add_jobs((
       select array_agg((
         $1::text, json_build_object('operatorId', o.id, 'subjectId', ''), null, null, null,
         $1::text || ':' || o.id || ':', $2::int, null
       )::graphile_worker.job_spec)
       from list_operator_ids() as o (id)
     ))`,
    [task, priority],
  );
  return Number(rows[0]?.added ?? 0);
}

/** A connection kept for what lasts as long as it: to be released with `true`, which closes it. */
export type Session = PoolClient;

export function openSession(db: Database): Promise<Session> {
  return db.pool.connect();
}

/** Leaves a mark that lasts as long as this session: that the pool of this id is alive. */
export async function markPresent(session: Session, poolId: string): Promise<void> {
  await session.query("select pg_advisory_lock($1, hashtext($2))", [presenceLocks, poolId]);
}

/** The ids of pools that have taken jobs and left no mark. */
export async function listAbsent(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ id: string }>(
    `select distinct j.locked_by as id
     from graphile_worker.jobs j
     where j.locked_by is not null
       and not exists (
         select from pg_locks l
         where l.locktype = 'advisory'
           and l.database = (select d.oid from pg_database d where d.datname = current_database())
           and l.classid = $1
           and l.objid = (hashtext(j.locked_by)::bigint & 4294967295)::oid
           and l.objsubid = 2
       )`,
    [presenceLocks],
  );
  return rows.map(({ id }) => id);
}

/** What these pools have taken and not written down the end of. */
export async function listTaken(
  session: Session,
  poolIds: readonly string[],
): Promise<{ jobId: string; poolId: string }[]> {
  const { rows } = await session.query<{ jobId: string; poolId: string }>(
    `select id as "jobId", locked_by as "poolId" from graphile_worker.jobs where locked_by = any ($1)`,
    [poolIds],
  );
  return rows;
}

/**
 * Removes jobs whose place a later one has taken and that nobody runs: what is left where that was told over a connection that broke.
 * Every job is added under a key, and loses it only then.
 */
export async function removeReplacedJobs(session: Session): Promise<void> {
  await session.query(
    `select graphile_worker.complete_jobs(array(
       select id from graphile_worker.jobs where key is null and locked_by is null and attempts >= max_attempts
     ))`,
  );
}

/** Gives back the jobs that these pools have taken, but for those whose place a later job has taken already. */
export async function releaseJobsOf(session: Session, poolIds: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ id: string }>(
    "select id from graphile_worker.jobs where locked_by = any ($1) and key is null",
    [poolIds],
  );
  await session.query("select graphile_worker.force_unlock_workers($1)", [poolIds]);
  await session.query("select graphile_worker.complete_jobs($1)", [rows.map(({ id }) => id)]);
}

export interface JobRow {
  readonly id: string;
  readonly task: string;
  readonly key: string | null;
  readonly attempts: number;
  readonly attempts_max: number;
  readonly run_at: Date;
  readonly locked_at: Date | null;
  readonly last_error: string | null;
  readonly created_at: Date;
}

const columns = `id, task_identifier as task, key, attempts, max_attempts as attempts_max, run_at, locked_at, last_error,
  created_at`;

/** Oldest first. */
export async function listJobs(db: Database): Promise<JobRow[]> {
  const { rows } = await db.pool.query<JobRow>(`select ${columns} from graphile_worker.jobs order by id`);
  return rows;
}

/** How many jobs are in which state; `failed` are out of attempts. */
export async function countJobs(db: Database): Promise<{ waiting: number; running: number; failed: number }> {
  const { rows } = await db.pool.query<{ waiting: number; running: number; failed: number }>(
    `select
       (count(*) filter (where locked_at is null and attempts < max_attempts))::int as waiting,
       (count(*) filter (where locked_at is not null))::int as running,
       (count(*) filter (where locked_at is null and attempts >= max_attempts))::int as failed
     from graphile_worker.jobs`,
  );
  return rows[0] as { waiting: number; running: number; failed: number };
}

/** Makes jobs due at once, with all their attempts again: those of these ids, or whichever failed. Leaves running ones alone. */
export async function rescheduleJobs(db: Database, ids: readonly string[] | undefined): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `select r.id
     from graphile_worker.reschedule_jobs(
       array(select j.id from graphile_worker.jobs j where ($1::bigint[] is null and j.attempts > 0) or j.id = any ($1)),
       run_at := now(),
       attempts := 0
     ) r
     order by r.id`,
    [ids ?? null],
  );
  return rows.map(({ id }) => id);
}

/** Opens the queue for one piece of work of the command line. `connection` is the worker's, or somebody's who may act as it. */
export async function asWorker<T>(
  connection: ConnectionOptions,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase({ ...connection, role: workerRole, poolMax: 1, applicationName: "onehazel admin" });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
