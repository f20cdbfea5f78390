import {
  type ConnectionOptions,
  type Database,
  lockNotAvailable,
  openDatabase,
  type TenantTransaction,
} from "@onehazel/db";
import type { UnreadableField } from "../reseal/record.js";
import { ciphertextKeyId } from "../reseal/rows/repository.js";

/** Row counts by master key. Null stands for rows in which a field that has to hold a ciphertext holds none. */
export type CountByKey = ReadonlyMap<string | null, number>;

/** Opens the owner's connection for one piece of work, and closes it. Counting a large operator takes its time. */
export async function asOwner<T>(owner: ConnectionOptions, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ ...owner, poolMax: 2, applicationName: "onehazel admin" });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

export async function listOperatorIds(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>("select list_operator_ids() as id");
  return rows.map(({ id }) => id);
}

export async function listPlatformIds(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>("select list_platform_ids() as id");
  return rows.map(({ id }) => id);
}

/** An operator's rows by the master keys that they need: what the row names, and what each of its ciphertexts names itself. */
export async function countSealedRows(
  tx: TenantTransaction,
  operatorId: string,
  table: "entities" | "events",
): Promise<CountByKey> {
  const { rows } = await tx.raw(
    `select needed.id, count(*) as rows
     from ${table} r
     cross join lateral (
       select r.master_key_id as id
       union
       select ${ciphertextKeyId} from unnest(r.sealed) s (field)
     ) needed
     where r.operator_id = ? and r.master_key_id is not null
     group by needed.id`,
    [operatorId],
  );
  return new Map(rows.map((row: { id: string | null; rows: string }) => [row.id, Number(row.rows)]));
}

/** The first of an operator's encrypted fields that are missing or hold no ciphertext, in row order. */
export async function listUnreadableFields(
  tx: TenantTransaction,
  operatorId: string,
  table: "entities" | "events",
  fieldsMax: number,
): Promise<UnreadableField[]> {
  const { rows } = await tx.raw(
    `select r.id, s.field,
       case when jsonb_typeof(r.data) = 'object' and jsonb_exists(r.data, s.field) then 'notEncrypted' else 'missing' end as reason
     from ${table} r
     cross join lateral unnest(r.sealed) s (field)
     where r.operator_id = ? and ${ciphertextKeyId} is null
     order by r.id, s.field
     limit ?`,
    [operatorId, fieldsMax],
  );
  return rows;
}

export interface RememberedRow {
  readonly id: string;
  readonly replies: string;
  readonly until: Date;
}

/** Remembered replies that still count, by the master key that their fingerprint can be compared under. */
export async function countRemembered(
  tx: TenantTransaction,
  whose: { readonly operatorId: string } | { readonly platformId: string },
): Promise<RememberedRow[]> {
  const [table, column, id] =
    "operatorId" in whose
      ? ["idempotency_keys", "operator_id", whose.operatorId]
      : ["platform_idempotency_keys", "platform_id", whose.platformId];
  const { rows } = await tx.raw(
    `select master_key_id as id, count(*) as replies, max(expires_at) as until
     from ${table}
     where ${column} = ? and master_key_id is not null and expires_at > now()
     group by master_key_id`,
    [id],
  );
  return rows;
}

export interface MasterKeyRow {
  readonly id: string;
  readonly sealing_at: Date | null;
  /** By the database's clock; null when nobody ever said so. */
  readonly sealing_age_s: number | null;
  readonly retired_at: Date | null;
}

export async function listMasterKeys(db: Database): Promise<MasterKeyRow[]> {
  const { rows } = await db.pool.query<MasterKeyRow>(
    `select id, sealing_at, extract(epoch from clock_timestamp() - sealing_at)::float8 as sealing_age_s, retired_at
     from master_keys
     order by id`,
  );
  return rows;
}

/** Says what the database is to be sealed under from now on. False when that key was retired. */
export async function insertRotation(db: Database, masterKeyId: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `insert into master_keys as k (id, rotated_to_at)
     values ($1, clock_timestamp())
     on conflict (id) do update
       set rotated_to_at = excluded.rotated_to_at
       where k.retired_at is null`,
    [masterKeyId],
  );
  return rowCount === 1;
}

/**
 * Says which keys this process holds, and whether it goes on sealing under the first of them. `mismatched` are ids that stand for
 * other keys.
 */
export async function announceMasterKeys(
  db: Database,
  ids: readonly string[],
  checkValues: readonly Buffer[],
  stays: boolean,
): Promise<{ retired: boolean; mismatched: string[] }> {
  const { rows } = await db.query<{ retired: boolean; mismatched: string[] }>(
    "announce_master_keys",
    "select retired, mismatched from announce_master_keys($1, $2, $3)",
    [ids, checkValues, stays],
  );
  return rows[0] as { retired: boolean; mismatched: string[] };
}

/** Two who retire keys at once would pull down each other's fences. Held on a session of its own, so a kill lets go of it. */
export async function oneAtATime<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const session = await db.pool.connect();
  try {
    await session.query("select pg_advisory_lock(hashtextextended('retiring a master key', 0))");
    return await work();
  } finally {
    session.release(true);
  }
}

const sealedTables = ["entities", "events"];
const keyedTables = [...sealedTables, "idempotency_keys", "platform_idempotency_keys"];
/** Ids of master keys are letters, digits, `_` and `-`; nothing else may stand in a statement. */
const idForm = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * A check of every row that is written from now on: none may name the key. Takes no look at those that are there. False when
 * requests held the tables for too long.
 */
export async function addFence(db: Database, masterKeyId: string): Promise<boolean> {
  const fence = fenceOf(masterKeyId);
  try {
    await inOneTransaction(
      db,
      keyedTables.flatMap((table) => [
        `alter table ${table} drop constraint if exists ${fence}`,
        `alter table ${table} add constraint ${fence} check (master_key_id <> '${masterKeyId}') not valid`,
      ]),
    );
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== lockNotAvailable) throw error;
    return false;
  }
}

/**
 * PostgreSQL looks through every row of every tenant, past row-level security, and records that none names the key. False when
 * one does.
 */
export async function validateFence(db: Database, masterKeyId: string): Promise<boolean> {
  try {
    for (const table of sealedTables) {
      await db.pool.query(`alter table ${table} validate constraint ${fenceOf(masterKeyId)}`);
    }
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "23514") throw error;
    return false;
  }
}

export async function dropFence(db: Database, masterKeyId: string): Promise<void> {
  await inOneTransaction(
    db,
    keyedTables.map((table) => `alter table ${table} drop constraint if exists ${fenceOf(masterKeyId)}`),
  );
}

export async function updateRetired(db: Database, masterKeyId: string): Promise<void> {
  await db.pool.query(
    `insert into master_keys (id, retired_at)
     values ($1, clock_timestamp())
     on conflict (id) do update
       set retired_at = excluded.retired_at`,
    [masterKeyId],
  );
}

/** Dropping a constraint and adding it takes every request's turn, for as long as that takes and no longer. */
function inOneTransaction(db: Database, statements: readonly string[]): Promise<unknown> {
  return db.pool.query(["set local lock_timeout = '3s'", ...statements].join(";\n"));
}

function fenceOf(masterKeyId: string): string {
  if (!idForm.test(masterKeyId)) throw new Error("that is no id of a master key");
  return `"not_sealed_under_${masterKeyId}"`;
}
