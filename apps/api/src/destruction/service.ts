import { setTimeout as sleep } from "node:timers/promises";
import { isId } from "@onehazel/crypto";
import { type ConnectionOptions, type Database, inTenant } from "@onehazel/db";
import { auditDestruction } from "../audit/service.js";
import {
  addRowsRemoved,
  asOwner,
  completeDestruction,
  deleteJobs,
  deleteRows,
  enterOperator,
  isDestroyed,
  listOperatorTables,
  locateOperator,
  lockSuspended,
  replaceOperator,
  shutWritersOut,
} from "./repository.js";

const batchRowsMax = 5_000;
/** A job that is being run steps back after a minute. */
const jobsWaitMs = 90_000;
const jobsLookMs = 500;

/**
 * What became of it: `unknown` is no operator's id, `notSuspended` too shortly or not at all, `busy` while one of its jobs runs, `hidden`
 * when its row exists but row-level security does not show it.
 */
export type DestroyOutcome =
  | { readonly outcome: "unknown" }
  | { readonly outcome: "busy" }
  | { readonly outcome: "hidden" }
  | { readonly outcome: "notSuspended"; readonly suspendedAt: string | null }
  | {
      readonly outcome: "destroyed";
      readonly platformId: string;
      readonly destroyedAt: string;
      readonly rowsRemoved: number;
    };

export interface DestroyOptions {
  /** How long it must have been suspended, by the database's clock. */
  readonly suspendedDaysMin: number;
  /** Ends after the transaction that is under way; running it again goes on from there. */
  readonly signal: AbortSignal;
  readonly onProgress: (rowsRemoved: number) => void;
}

/**
 * Destroys an operator: first its salt, keys and settings, in one transaction after which nobody gets in and nothing that was sealed
 * opens; then every row of it, in transactions of a bounded size; its jobs too. Again goes on where it was broken off, or finds
 * nothing left to do. What remains is its platform's: the audit log's rows, and a tombstone with its id.
 */
export async function destroyOperator(
  owner: ConnectionOptions,
  operatorId: string,
  { suspendedDaysMin, signal, onProgress }: DestroyOptions,
): Promise<DestroyOutcome> {
  if (!isId("op", operatorId)) return { outcome: "unknown" };
  return asOwner(owner, async (db) => {
    const located = await locateOperator(db, operatorId);
    if (located === undefined) return { outcome: "unknown" };
    const { platformId } = located;
    if (!located.destroyed) {
      const refusal = await destroySalt(db, platformId, operatorId, suspendedDaysMin);
      if (refusal !== undefined) return refusal;
    }
    if (!(await jobsEnded(owner, operatorId, signal))) return { outcome: "busy" };
    await removeRows(db, { platformId, operatorId }, signal, onProgress);
    const { destroyedAt, rowsRemoved } = await inTenant(db, { platformId }, (tx) =>
      completeDestruction(tx, platformId, operatorId),
    );
    return { outcome: "destroyed", platformId, destroyedAt: destroyedAt.toISOString(), rowsRemoved };
  });
}

/** From here on there is no way back. */
function destroySalt(
  db: Database,
  platformId: string,
  operatorId: string,
  suspendedDaysMin: number,
): Promise<DestroyOutcome | undefined> {
  return inTenant(db, { platformId }, async (tx) => {
    await enterOperator(tx, operatorId);
    await shutWritersOut(tx, operatorId);
    const suspended = await lockSuspended(tx, platformId, operatorId, suspendedDaysMin);
    // Another run of this command came first, if there is a tombstone.
    if (suspended === undefined)
      return (await isDestroyed(tx, operatorId)) ? undefined : { outcome: "hidden" };
    if (!suspended.longEnough) {
      return { outcome: "notSuspended", suspendedAt: suspended.suspendedAt?.toISOString() ?? null };
    }
    const tables = (await listOperatorTables(tx)).filter(({ refersToOperators }) => refersToOperators);
    let removed = 0;
    for (const table of tables) {
      removed += await deleteRows(tx, table, operatorId, Number.MAX_SAFE_INTEGER);
    }
    await replaceOperator(tx, platformId, operatorId);
    await addRowsRemoved(tx, platformId, operatorId, removed);
    await auditDestruction(tx, platformId, operatorId);
    return undefined;
  });
}

/** Waits for those that are being run: each of them may still leave a row behind. */
async function jobsEnded(
  owner: ConnectionOptions,
  operatorId: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < jobsWaitMs; waitedMs += jobsLookMs) {
    if ((await deleteJobs(owner, operatorId)) === 0) return true;
    await sleep(jobsLookMs, undefined, { signal });
  }
  return false;
}

async function removeRows(
  db: Database,
  { platformId, operatorId }: { readonly platformId: string; readonly operatorId: string },
  signal: AbortSignal,
  onProgress: (rowsRemoved: number) => void,
): Promise<void> {
  for (const table of await listOperatorTables(db)) {
    for (;;) {
      signal.throwIfAborted();
      const removed = await inTenant(db, { platformId }, async (tx) => {
        await enterOperator(tx, operatorId);
        const rows = await deleteRows(tx, table, operatorId, batchRowsMax);
        if (rows > 0) onProgress(await addRowsRemoved(tx, platformId, operatorId, rows));
        return rows;
      }).catch((error: unknown) => {
        // A month of events that retention has dropped meanwhile.
        if ((error as { code?: string }).code !== "42P01") throw error;
        return 0;
      });
      if (removed < batchRowsMax) break;
    }
  }
}
