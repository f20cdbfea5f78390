import { createHash } from "node:crypto";
import { type Failure, misuse } from "../failures.js";
import type { FailedRow } from "./failed-file.js";
import type { Fault, Prepared } from "./items.js";
import type { Row } from "./rows.js";

/** Rows that are sent as one load and settle together. */
export interface Segment<Item> {
  readonly rows: number;
  readonly items: readonly Item[];
  /** The row that each item was. */
  readonly rowOf: ReadonlyMap<Item, Row>;
  /** What could not be sent. */
  readonly unsent: readonly FailedRow[];
  /** How much of the input it begins and ends after, more or less. */
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Over all rows to its end. */
  readonly digest: string;
}

export interface SegmentBounds {
  readonly rowsMax: number;
  readonly bytesMax: number;
}

/**
 * Cuts rows into segments, the same ones from the same rows. The first `skip` rows are only read: their digest must be the
 * one given.
 *
 * @throws Failure if the input does not begin with the rows that were imported from it before.
 */
export async function* segmentsOf<Item extends object>(
  rows: AsyncIterable<Prepared<Item>>,
  check: (item: Item) => Fault | undefined,
  { rowsMax, bytesMax }: SegmentBounds,
  skip: { readonly rows: number; readonly digest: string },
  bytesRead: () => number,
): AsyncGenerator<Segment<Item>, void, undefined> {
  const hash = createHash("sha256");
  let left = skip.rows;
  let draft = emptyDraft<Item>();
  let fromBytes = 0;
  const finish = (): Segment<Item> => {
    const segment = { ...draft, fromBytes, toBytes: bytesRead(), digest: hash.copy().digest("hex") };
    fromBytes = segment.toBytes;
    return segment;
  };
  for await (const { row, item, fault } of rows) {
    const json = JSON.stringify(item ?? row.broken ?? row.record);
    hash.update(`${json}\n`);
    if (left > 0) {
      left -= 1;
      fromBytes = bytesRead();
      if (left === 0 && hash.copy().digest("hex") !== skip.digest) throw otherInput(skip.rows);
      continue;
    }
    const reason = fault ?? (item === undefined ? undefined : check(item));
    if (reason !== undefined || item === undefined) {
      draft.unsent.push({ row, fault: reason as Fault });
    } else {
      draft.items.push(item);
      draft.rowOf.set(item, row);
    }
    draft.rows += 1;
    draft.bytes += json.length;
    if (draft.rows >= rowsMax || draft.bytes >= bytesMax) {
      yield finish();
      draft = emptyDraft();
    }
  }
  if (left > 0) throw otherInput(skip.rows);
  if (draft.rows > 0) yield finish();
}

function emptyDraft<Item>() {
  return { rows: 0, bytes: 0, items: [] as Item[], rowOf: new Map<Item, Row>(), unsent: [] as FailedRow[] };
}

function otherInput(rows: number): Failure {
  return misuse(
    `The input does not begin with the ${rows} rows that the checkpoint is about: give the same input, or remove the checkpoint`,
  );
}

/** Gets the next one ready while this one is worked on. */
export async function* oneAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // It is awaited on the next turn; until then its failure is nobody's.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    next.then(
      () => source.return(),
      () => undefined,
    );
  }
}
