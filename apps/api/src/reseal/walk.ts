import { setTimeout as sleep } from "node:timers/promises";
import type { OperatorKeys } from "@onehazel/crypto";
import { type Database, inTenant, lockNotAvailable, type TenantTransaction } from "@onehazel/db";
import type { Logger } from "pino";
import type { TenantKeys } from "../http/tenant-keys.js";
import { resealRow, type UnreadableField } from "./record.js";
import {
  beginWalk,
  findPiiFields,
  findRotationTarget,
  findSalt,
  giveWaySoon,
  lockOpenRequest,
  type OpenRequest,
  updateWalk,
  type WalkProgress,
} from "./repository.js";
import { listNextKeys, lockStaleRows, updateRows } from "./rows/repository.js";

/** How many rows one transaction looks at; those that need it are locked while they are sealed. */
const batchRowsMax = 500;
const givenWayMs = 20;

/** What a walk needs: any connection that may change stored records, one operator at a time. */
export interface WalkContext {
  readonly db: Database;
  readonly keys: TenantKeys;
  readonly log: Logger;
}

/** What one transaction of a walk came to. */
export interface WalkBatch {
  /** No request is open any more. */
  readonly ended: boolean;
  /** Rows sealed anew. */
  readonly sealed: number;
  readonly unreadable: readonly UnreadableField[];
}

const nothing = { sealed: 0, unreadable: [] };

/** This process seals under another master key than the last rotation went to: its walk would undo that. */
export class OutdatedMasterKeyError extends Error {
  override readonly name = "OutdatedMasterKeyError";

  constructor(target: string) {
    super(`The last rotation was to the master key "${target}", and this process has another one first.`);
  }
}

/**
 * One transaction of the walk that an operator's open request asks for: whoever calls it next goes on from there, in whatever
 * process. Throws `OutdatedMasterKeyError`.
 */
export async function walkBatch(context: WalkContext, operatorId: string): Promise<WalkBatch> {
  try {
    return await inTenant(context.db, { operatorId }, (tx) => batch(context, tx, operatorId));
  } catch (error) {
    if (!gaveWay(error)) throw error;
    await sleep(givenWayMs);
    return { ended: false, ...nothing };
  }
}

async function batch(
  { keys, log }: WalkContext,
  tx: TenantTransaction,
  operatorId: string,
): Promise<WalkBatch> {
  await giveWaySoon(tx);
  const request = await lockOpenRequest(tx, operatorId);
  const salt = await findSalt(tx, operatorId);
  if (request === undefined || salt === undefined) return { ended: true, ...nothing };
  const { id: masterKeyId } = keys.keyring.current;
  const target = await findRotationTarget(tx);
  if (target !== undefined && target !== masterKeyId) throw new OutdatedMasterKeyError(target);
  const another = target !== undefined && request.master_key_id !== target;
  if (request.walk_of !== request.requested_at || another) {
    await beginWalk(tx, operatorId, masterKeyId);
    return { ended: false, ...nothing };
  }
  const operatorKeys = keys.operator({ operatorId, piiSalt: salt });
  const { unreadable, ...progress } = await walkOn(tx, operatorId, request, operatorKeys, masterKeyId);
  const counts = await updateWalk(tx, operatorId, progress);
  if (progress.step !== undefined) return { ended: false, sealed: progress.sealed, unreadable };
  if (counts.rowsFailed > 0) log.error({ operatorId, ...counts }, "some rows could not be sealed anew");
  else log.info({ operatorId, ...counts }, "records are sealed as the template demands");
  return { ended: true, sealed: progress.sealed, unreadable };
}

/** One transaction's worth of the walk. The template is read each time: it may be another by now. */
async function walkOn(
  tx: TenantTransaction,
  operatorId: string,
  { step, after }: OpenRequest,
  operatorKeys: OperatorKeys,
  masterKeyId: string,
): Promise<WalkProgress & Pick<WalkBatch, "unreadable">> {
  const keys = await listNextKeys(tx, operatorId, step, after, batchRowsMax);
  const [first, last] = [keys[0], keys.at(-1)];
  const next = step === "entities" ? "events" : undefined;
  if (first === undefined || last === undefined)
    return { seen: 0, failed: 0, step: next, after: undefined, ...nothing };
  const piiFields = await findPiiFields(tx, operatorId);
  const stale = await lockStaleRows(tx, operatorId, step, { first, last }, { piiFields, masterKeyId });
  const resealed = stale.map((row) => resealRow(operatorKeys, masterKeyId, step, row));
  if (resealed.length > 0) await updateRows(tx, operatorId, step, resealed);
  const failed = resealed.filter((row) => row.unreadable.length > 0).length;
  const ended = keys.length < batchRowsMax;
  return {
    seen: keys.length,
    sealed: resealed.length - failed,
    failed,
    step: ended ? next : step,
    after: ended ? undefined : last,
    unreadable: resealed.flatMap((row) => row.unreadable),
  };
}

/** Somebody else's lock: theirs is a request that a person waits for. */
function gaveWay(error: unknown): boolean {
  return [lockNotAvailable, "40P01"].includes((error as { code?: string }).code ?? "");
}
