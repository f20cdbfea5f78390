import type { Keyring } from "@onehazel/crypto";
import { type Database, inTenant } from "@onehazel/db";
import type { UnreadableField } from "../reseal/record.js";
import {
  type CountByKey,
  countRemembered,
  countSealedRows,
  listMasterKeys,
  listOperatorIds,
  listPlatformIds,
  listUnreadableFields,
  type RememberedRow,
} from "./repository.js";

/** A process says every half minute what it seals under; one that has not for this long has stopped, or seals under another. */
const sealingSeenS = 90;

/** What is bound to one master key. */
export interface KeyStatus {
  readonly masterKeyId: string;
  /** `current` seals; `held` opens; `missing` is not in the ring that was given to this command. */
  readonly role: "current" | "held" | "missing";
  /** Operators with at least one such row. */
  readonly operators: number;
  readonly entities: number;
  readonly events: number;
  /** Replies under Idempotency-Keys whose repeats are recognised with this key only. */
  readonly replies: number;
  /** When the last of those will be forgotten. */
  readonly repliesUntil: string | null;
  /** When a server or worker last said that it seals under this key. */
  readonly sealingAt: string | null;
  readonly retiredAt: string | null;
  readonly retirable: boolean;
  /** Why it can't be retired yet. */
  readonly reasons: readonly string[];
}

/** An unreadable field and its operator. */
export type OperatorsUnreadableField = UnreadableField & { readonly operatorId: string };

/** Rows with encrypted fields that can't be read. */
export interface Unreadable {
  readonly rows: number;
  /** The first ones only; the list is read by a person. */
  readonly fields: readonly OperatorsUnreadableField[];
}

export interface RotationStatus {
  readonly current: string;
  /** Whether all encrypted fields are encrypted under the current key. */
  readonly sealed: boolean;
  /** And nothing else is bound to another one: whatever is not current is retired, or may be. */
  readonly done: boolean;
  readonly keys: readonly KeyStatus[];
  readonly unreadable: Unreadable;
}

/** What was counted over all tenants. */
export interface Counts {
  readonly byKey: ReadonlyMap<string, Readonly<Count>>;
  readonly unreadable: Unreadable;
}

/** How many unreadable fields are named. All rows are counted. */
export const unreadableFieldsMax = 1_000;

interface Count {
  operators: number;
  entities: number;
  events: number;
  replies: number;
  repliesUntil: Date | null;
}

/** Counts what each tenant has under each master key, one tenant at a time. */
export async function countAll(db: Database): Promise<Counts> {
  const byKey = new Map<string, Count>();
  const countOf = (id: string): Count => {
    const none = { operators: 0, entities: 0, events: 0, replies: 0, repliesUntil: null };
    const count = byKey.get(id) ?? none;
    byKey.set(id, count);
    return count;
  };
  let rows = 0;
  const fields: OperatorsUnreadableField[] = [];
  for (const operatorId of await listOperatorIds(db)) {
    const { entities, events, remembered } = await countOperator(db, operatorId);
    for (const id of new Set([...entities.keys(), ...events.keys()]))
      if (id !== null) countOf(id).operators += 1;
    for (const [id, count] of entities) if (id !== null) countOf(id).entities += count;
    for (const [id, count] of events) if (id !== null) countOf(id).events += count;
    for (const row of remembered) addReplies(countOf(row.id), row);
    rows += (entities.get(null) ?? 0) + (events.get(null) ?? 0);
    fields.push(
      ...(await unreadableOf(db, operatorId, { entities, events }, unreadableFieldsMax - fields.length)),
    );
  }
  for (const platformId of await listPlatformIds(db)) {
    const remembered = await inTenant(db, { platformId }, (tx) => countRemembered(tx, { platformId }));
    for (const row of remembered) addReplies(countOf(row.id), row);
  }
  return { byKey, unreadable: { rows, fields } };
}

/** Lists the fields of rows that were counted under no key. Reads the rows a second time, so only if there are any. */
async function unreadableOf(
  db: Database,
  operatorId: string,
  counts: Readonly<Record<"entities" | "events", CountByKey>>,
  fieldsMax: number,
): Promise<OperatorsUnreadableField[]> {
  const found: UnreadableField[] = [];
  for (const table of ["entities", "events"] as const) {
    const left = fieldsMax - found.length;
    if (!counts[table].has(null) || left <= 0) continue;
    found.push(
      ...(await inTenant(db, { operatorId }, (tx) => listUnreadableFields(tx, operatorId, table, left))),
    );
  }
  return found.map((field) => ({ operatorId, ...field }));
}

/** How many of an operator's rows are sealed under another key than this one, in part or whole. */
export async function staleRowsOf(db: Database, operatorId: string, masterKeyId: string): Promise<number> {
  const { entities, events } = await countOperator(db, operatorId);
  const others = [...entities, ...events].filter(([id]) => id !== null && id !== masterKeyId);
  return others.reduce((sum, [, rows]) => sum + rows, 0);
}

/** Puts counts, ring and what is known of each key together. */
export async function statusOf(
  db: Database,
  keyring: Keyring,
  { byKey, unreadable }: Counts,
): Promise<RotationStatus> {
  const known = new Map((await listMasterKeys(db)).map((row) => [row.id, row]));
  const current = keyring.current.id;
  const ids = [...new Set([...keyring.ids, ...byKey.keys(), ...known.keys()])];
  const keys = ids.map((masterKeyId): KeyStatus => {
    const count = byKey.get(masterKeyId);
    const row = known.get(masterKeyId);
    const role =
      masterKeyId === current ? "current" : keyring.find(masterKeyId) === undefined ? "missing" : "held";
    // Whoever still says so of a retired key can store nothing under it.
    const sealingAgeS = row === undefined || row.retired_at !== null ? null : row.sealing_age_s;
    const reasons = reasonsFor(role, count, sealingAgeS);
    return {
      masterKeyId,
      role,
      operators: count?.operators ?? 0,
      entities: count?.entities ?? 0,
      events: count?.events ?? 0,
      replies: count?.replies ?? 0,
      repliesUntil: count?.repliesUntil?.toISOString() ?? null,
      sealingAt: row?.sealing_at?.toISOString() ?? null,
      retiredAt: row?.retired_at?.toISOString() ?? null,
      retirable: reasons.length === 0,
      reasons,
    };
  });
  const others = keys.filter(({ role }) => role !== "current");
  return {
    current,
    sealed: unreadable.rows === 0 && others.every(({ entities, events }) => entities + events === 0),
    done: unreadable.rows === 0 && others.every(({ retirable }) => retirable),
    keys,
    unreadable,
  };
}

function reasonsFor(role: KeyStatus["role"], count: Count | undefined, sealingAgeS: number | null): string[] {
  const reasons: string[] = [];
  if (role === "current") reasons.push("it is the first of the master keys given");
  const rows = (count?.entities ?? 0) + (count?.events ?? 0);
  if (rows > 0) {
    reasons.push(
      role === "missing"
        ? `${rows} rows are sealed under it, and it is not among the master keys given`
        : `${rows} rows are sealed under it: run pnpm admin pii:rotate`,
    );
  }
  if (count !== undefined && count.replies > 0) {
    reasons.push(`repeats of requests are recognised with it until ${count.repliesUntil?.toISOString()}`);
  }
  if (sealingAgeS !== null && sealingAgeS < sealingSeenS) {
    const ago = Math.max(0, Math.round(sealingAgeS));
    reasons.push(
      `a server or worker sealed under it ${ago} s ago: restart every one with the new key first in its list`,
    );
  }
  return reasons;
}

async function countOperator(db: Database, operatorId: string) {
  return inTenant(db, { operatorId }, async (tx) => ({
    entities: await countSealedRows(tx, operatorId, "entities"),
    events: await countSealedRows(tx, operatorId, "events"),
    remembered: await countRemembered(tx, { operatorId }),
  }));
}

function addReplies(count: Count, { replies, until }: RememberedRow): void {
  count.replies += Number(replies);
  if (count.repliesUntil === null || until > count.repliesUntil) count.repliesUntil = until;
}
