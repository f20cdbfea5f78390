import type { Template } from "@onehazel/sdk";
import type { StopWish } from "../stop.js";
import { FailedFile, type FailedRow } from "./failed-file.js";
import type { Input } from "./input.js";
import type { Prepared } from "./items.js";
import { showProgress } from "./progress.js";
import { Reporter } from "./reporter.js";
import type { Row } from "./rows.js";
import { type Checkable, checkAgainst } from "./template.js";

/** What is to be held against the template. */
export interface DryRunPlan<Item> {
  readonly input: Input;
  readonly prepare: (row: Row) => Prepared<Item>;
  readonly partsOf: (item: Item) => Checkable;
  readonly kind: "entity_types" | "event_types";
  readonly template: Template;
  readonly failedPath: string | undefined;
  readonly stop: StopWish;
}

const togetherMax = 1_000;

/** Reads everything and writes nothing but the file of failed rows. */
export async function dryRun<Item>(
  plan: DryRunPlan<Item>,
): Promise<{ rows: number; valid: number; failed: number }> {
  const { input, prepare, partsOf, kind, template, failedPath, stop } = plan;
  const failedFile =
    failedPath === undefined
      ? undefined
      : await FailedFile.open(failedPath, input.format, { bytes: 0, isResumed: false });
  const progress = showProgress({ what: "rows checked", bytesTotal: input.bytesTotal });
  const reporter = new Reporter(failedFile === undefined);
  const reached = { rows: 0, failed: 0, bytes: 0 };
  let failed: FailedRow[] = [];
  const flush = async () => {
    await failedFile?.append(failed);
    reporter.tell(failed);
    reached.failed += failed.length;
    reached.bytes = input.bytesRead();
    failed = [];
    progress.to(reached);
  };
  progress.start(reached);
  try {
    for await (const row of input.rows) {
      const { item, fault } = prepare(row);
      const found = fault ?? checkAgainst(template, kind, partsOf(item as Item));
      if (found) failed.push({ row, fault: found });
      reached.rows += 1;
      if (reached.rows % togetherMax === 0) {
        await flush();
        stop.asked.throwIfAborted();
      }
    }
    await flush();
  } finally {
    progress.end();
    await failedFile?.close();
  }
  return { rows: reached.rows, valid: reached.rows - reached.failed, failed: reached.failed };
}
