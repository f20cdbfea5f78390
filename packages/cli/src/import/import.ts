import { idempotencyKeyFrom, isAbortError, isBulkError } from "@onehazel/sdk";
import { exitCode } from "../exit-codes.js";
import { Failure, tell } from "../failures.js";
import { say } from "../output.js";
import type { StopWish } from "../stop.js";
import type { Checkpoint, Position } from "./checkpoint.js";
import { FailedFile, type FailedRow } from "./failed-file.js";
import type { Input } from "./input.js";
import type { Prepared } from "./items.js";
import type { Load } from "./load.js";
import { type Progress, showProgress } from "./progress.js";
import { Reporter } from "./reporter.js";
import type { Row } from "./rows.js";
import { oneAhead, type Segment, type SegmentBounds, segmentsOf } from "./segments.js";
import { unstorable } from "./template.js";

/** What is to be imported, and how. */
export interface ImportPlan<Item extends object> {
  readonly input: Input;
  readonly prepare: (row: Row) => Prepared<Item>;
  readonly load: Load<Item>;
  readonly bounds: SegmentBounds;
  readonly checkpoint: Checkpoint;
  readonly failedPath: string | undefined;
  readonly what: string;
  readonly stop: StopWish;
}

/** What came of it. */
export interface ImportResult {
  readonly rows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded, rows that an earlier import of the same file had recorded already. */
  readonly recordedBefore: number;
  /** Rows that an earlier run had settled. */
  readonly resumedAfter: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/**
 * Imports to the end of the input, segment after segment; after each the checkpoint is written. A kill between a segment and
 * its checkpoint has it sent again under the same Idempotency-Keys, so that nothing is stored twice.
 *
 * @throws Failure with what was reached, if it stops before.
 */
export async function runImport<Item extends object>(plan: ImportPlan<Item>): Promise<ImportResult> {
  const { input, checkpoint, stop, bounds } = plan;
  const { from } = checkpoint;
  const failedFile = await openFailedFile(plan);
  const progress = showProgress({ what: plan.what, bytesTotal: input.bytesTotal });
  const startedMs = performance.now();
  const reporter = new Reporter(plan.failedPath === undefined);
  let at: Position = from;
  let recordedBefore = 0;
  const result = (): ImportResult => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const { rows, succeeded, failed } = at;
    const rate = Math.round((rows - from.rows) / Math.max(seconds, 0.001));
    return {
      rows,
      succeeded,
      failed,
      recordedBefore,
      resumedAfter: from.rows,
      seconds: Math.round(seconds * 1_000) / 1_000,
      rowsPerSecond: rate,
    };
  };
  try {
    const segments = oneAhead(segmentsOf(prepared(plan), unstorable, bounds, from, input.bytesRead));
    let isFirst = true;
    for await (const segment of segments) {
      if (isFirst) progress.start({ ...at, bytes: segment.fromBytes });
      isFirst = false;
      const { failed, replayed } = await sendSegment(plan, segment, at, progress);
      recordedBefore += replayed;
      await failedFile?.append(failed);
      reporter.tell(failed);
      at = {
        rows: at.rows + segment.rows,
        succeeded: at.succeeded + segment.rows - failed.length,
        failed: at.failed + failed.length,
        failedBytes: failedFile?.bytes ?? 0,
        digest: segment.digest,
      };
      checkpoint.begin();
      await checkpoint.save(at);
      progress.to({ ...at, bytes: segment.toBytes });
      stop.asked.throwIfAborted();
    }
    await checkpoint.remove();
    return result();
  } catch (error) {
    throw stopped(error, result(), checkpoint, stop);
  } finally {
    progress.end();
    await failedFile?.close();
  }
}

async function* prepared<Item extends object>({ input, prepare }: ImportPlan<Item>) {
  for await (const row of input.rows) yield prepare(row);
}

function openFailedFile<Item extends object>({
  failedPath,
  input,
  checkpoint: { from, writtenAt },
}: ImportPlan<Item>): Promise<FailedFile> | undefined {
  if (failedPath === undefined) return undefined;
  return FailedFile.open(failedPath, input.format, {
    bytes: from.failedBytes,
    isResumed: writtenAt !== undefined,
  });
}

/** @returns What of it is not stored, in the input's order. */
async function sendSegment<Item extends object>(
  { load, checkpoint, stop }: ImportPlan<Item>,
  { items, rows, rowOf, unsent, digest, fromBytes, toBytes }: Segment<Item>,
  at: Position,
  progress: Progress,
): Promise<{ failed: FailedRow[]; replayed: number }> {
  const refused: FailedRow[] = [];
  let replayed = 0;
  if (items.length > 0) {
    checkpoint.begin();
    replayed = await load(items, {
      signal: stop.now,
      idempotencyKey: await idempotencyKeyFrom("onehazel import", checkpoint.importId, at.rows, digest),
      onFailure: ({ item, code, message }) => {
        const row = rowOf.get(item) as Row;
        refused.push({ row, fault: { code: code ?? "UNKNOWN", message } });
      },
      onProgress: ({ succeeded, failed }) => {
        const done = succeeded + failed;
        const bytes = fromBytes + Math.round(((toBytes - fromBytes) * done) / rows);
        progress.to({ rows: at.rows + done, failed: at.failed + failed, bytes });
      },
    });
  }
  return { failed: [...unsent, ...refused].sort((a, b) => a.row.number - b.row.number), replayed };
}

/** Why it did not reach the end, and how to go on. */
function stopped(error: unknown, reached: ImportResult, checkpoint: Checkpoint, stop: StopWish): unknown {
  const cause = isBulkError(error) ? error.cause : error;
  const isWish = stop.asked.aborted && (isAbortError(cause) || (cause as Error)?.name === "AbortError");
  const goOn = checkpoint.path === undefined ? "" : "; run the same command again to go on from there";
  // A file that was refused at once has nothing to go on from.
  if (reached.rows > 0 || isWish) say(`Stopped after ${reached.rows} rows${goOn}`);
  if (!isWish) {
    const told = tell(cause);
    return new Failure(told.words, told.exitCode, "FAILED", { ...told.json, ...reached });
  }
  return new Failure("Stopped as asked", exitCode.interrupted, "INTERRUPTED", { ...reached });
}
