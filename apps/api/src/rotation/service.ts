import type { Keyring } from "@onehazel/crypto";
import type { ConnectionOptions, Database } from "@onehazel/db";
import type { Logger } from "pino";
import { TenantKeys } from "../http/tenant-keys.js";
import { resealNow } from "../reseal/service.js";
import { refuseUnusable } from "./announcer.js";
import {
  addFence,
  asOwner,
  dropFence,
  insertRotation,
  listOperatorIds,
  oneAtATime,
  updateRetired,
  validateFence,
} from "./repository.js";
import { countAll, type KeyStatus, type RotationStatus, staleRowsOf, statusOf } from "./status.js";
import { UndecryptableRows } from "./undecryptable-rows.js";

/** What is sealed under which master key, as the database holds it now. Writes nothing. */
export async function rotationStatus(owner: ConnectionOptions, keyring: Keyring): Promise<RotationStatus> {
  return asOwner(owner, async (db) => statusOf(db, keyring, await countAll(db)));
}

/** How a rotation is getting on. */
export interface RotationProgress {
  /** Rows that were sealed under another key when this run began. */
  readonly total: number;
  readonly sealed: number;
}

export interface RotateOptions {
  readonly keyring: Keyring;
  readonly log: Logger;
  /** Ends after the transaction that is under way; running it again goes on from there. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RotationProgress) => void;
}

/**
 * Seals everything of every operator under the ring's first key, in transactions of 500 rows, while servers read and write.
 * Returns what is left then: more than nothing when a server still writes under another key, or no key of the ring opens a row.
 * Undefined when the first key was retired.
 */
export async function rotate(
  owner: ConnectionOptions,
  { keyring, log, signal, onProgress }: RotateOptions,
): Promise<RotationStatus | undefined> {
  return asOwner(owner, async (db) => {
    if (!(await insertRotation(db, keyring.current.id))) return undefined;
    await refuseUnusable(db, keyring, { stays: false });
    const context = { db, keys: new TenantKeys(keyring), log };
    const stale: [operatorId: string, rows: number][] = [];
    for (const operatorId of await listOperatorIds(db)) {
      signal.throwIfAborted();
      const rows = await staleRowsOf(db, operatorId, keyring.current.id);
      if (rows > 0) stale.push([operatorId, rows]);
    }
    const total = stale.reduce((sum, [, rows]) => sum + rows, 0);
    let sealed = 0;
    onProgress({ total, sealed });
    const undecryptable = new UndecryptableRows();
    for (const [operatorId] of stale) {
      await resealNow(context, operatorId, signal, (batch) => {
        sealed += batch.sealed;
        undecryptable.add(operatorId, batch.unreadable);
        onProgress({ total, sealed });
      });
    }
    const { unreadable, ...status } = await statusOf(db, keyring, await countAll(db));
    return { ...status, unreadable: undecryptable.addedTo(unreadable) };
  });
}

/** Why a master key cannot be retired: in words, for the person at the terminal. */
export type RetireOutcome = { readonly retired: true } | { readonly retired: false; readonly reason: string };

/**
 * Retires a master key for good: from then on the database refuses every row that is sealed under it, and has proved by looking at all
 * of them that it holds none. Again is no error.
 */
export async function retireMasterKey(
  owner: ConnectionOptions,
  keyring: Keyring,
  masterKeyId: string,
): Promise<RetireOutcome> {
  return asOwner(owner, (db) => oneAtATime(db, () => retire(db, keyring, masterKeyId)));
}

async function retire(db: Database, keyring: Keyring, masterKeyId: string): Promise<RetireOutcome> {
  const before = await statusOfKey(db, keyring, masterKeyId);
  if (before === undefined) return refused(`nothing is known of a master key "${masterKeyId}"`);
  if (before.retiredAt !== null) return { retired: true };
  if (!before.retirable) return refused(before.reasons.join("; "));
  if (!(await addFence(db, masterKeyId))) return refused("its tables are busy; try again");
  // What was being written meanwhile is there by now, and nothing more can come.
  const after = await statusOfKey(db, keyring, masterKeyId);
  if (after?.retirable !== true || !(await validateFence(db, masterKeyId))) {
    await dropFence(db, masterKeyId);
    return refused(after?.reasons.join("; ") || "a row that is nobody's is sealed under it");
  }
  await updateRetired(db, masterKeyId);
  return { retired: true };
}

async function statusOfKey(
  db: Database,
  keyring: Keyring,
  masterKeyId: string,
): Promise<KeyStatus | undefined> {
  const { keys } = await statusOf(db, keyring, await countAll(db));
  return keys.find(({ masterKeyId: id }) => id === masterKeyId);
}

function refused(reason: string): RetireOutcome {
  return { retired: false, reason };
}
