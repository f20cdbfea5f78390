import { type ErrorContext, hide, OneHazelError } from "./errors.js";
import type { ErrorCode } from "./operations.js";
import type { CallOptions } from "./options.js";

/** Where a load's items come from: an array, a generator, a stream of Node, anything that can be gone through. */
export type BulkSource<Item> = Iterable<Item> | AsyncIterable<Item>;

/** An item that was not stored, and why. */
export interface BulkFailure<Item> {
  /** The item as the source gave it. */
  readonly item: Item;
  /** Its place in the source, counted from 0. */
  readonly index: number;
  /** `undefined` for a reason newer than this package. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
}

/** How far a load is. */
export interface BulkProgress {
  /** Items taken from the source. */
  readonly read: number;
  /** Items that are stored. */
  readonly succeeded: number;
  /** Of those, items that an earlier load with the same `idempotencyKey` had stored already. */
  readonly replayed: number;
  /** Items that were refused. */
  readonly failed: number;
  /** So many items from the source's beginning are all stored or refused: a later load may begin after them. */
  readonly settled: number;
  /** Requests that were answered. */
  readonly chunks: number;
}

/** How a load is to go. */
export interface BulkOptions<Item> extends Omit<CallOptions, "deadlineMs"> {
  /** How often a chunk is sent again at most after a fault that passes; 8 by default. Waits for a rate limit don't count. */
  readonly retries?: number | undefined;
  /** Chunks on their way at once; 4 by default, 32 at most. */
  readonly concurrency?: number | undefined;
  /**
   * The beginning of every chunk's Idempotency-Key: the same load, from the same source with the same options, run again
   * within 24 hours stores nothing twice; events that failed then are tried again. Without it each chunk has a random one, which
   * covers the retries of this run.
   */
  readonly idempotencyKey?: string | undefined;
  /** Told after every chunk. */
  readonly onProgress?: ((progress: BulkProgress) => void) | undefined;
  /** Told of every item that was refused, and awaited. A load that has it keeps no failures. */
  readonly onFailure?: ((failure: BulkFailure<Item>) => void | Promise<void>) | undefined;
}

/** What came of a load that went through its whole source: `succeeded + failed` is every item of it. */
export interface BulkResult<Item> extends BulkProgress {
  /** What was refused, by its place; empty where `onFailure` was told. A load without it stops after 1,000. */
  readonly failures: readonly BulkFailure<Item>[];
}

/**
 * A load that stopped before its source's end. `cause` says why; nothing of what was taken from the source is left out:
 * it is stored, among the failures, or in `unfinished`.
 *
 * @example
 * try {
 *   await client.entities.upsertMany(players);
 * } catch (error) {
 *   if (isBulkError(error)) await saveForLater(error.unfinished, error.progress);
 *   throw error;
 * }
 */
export class BulkError<Item = unknown> extends OneHazelError {
  static override readonly kind = "BulkError";
  /** How far it came. */
  declare readonly progress: BulkProgress;
  /** What was refused before it stopped; empty where `onFailure` was told. */
  declare readonly failures: readonly BulkFailure<Item>[];
  /** Taken from the source and not known to be stored: not sent yet, or sent with the answer lost. In the source's order. */
  declare readonly unfinished: readonly Item[];

  constructor(
    { failures, ...progress }: BulkResult<Item>,
    unfinished: readonly Item[],
    context: ErrorContext = {},
  ) {
    super("The load stopped", context);
    this.progress = progress;
    // They hold your data.
    hide(this, { failures, unfinished });
  }
}
