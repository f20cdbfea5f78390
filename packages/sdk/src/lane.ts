import type { BulkOptions } from "./bulk.js";
import { bytesOf, type Entry } from "./bulk-items.js";
import { DecodeError } from "./errors.js";
import { isAPIError } from "./guards.js";
import { newIdempotencyKey, sha256Hex } from "./idempotency.js";
import type { Ledger } from "./ledger.js";
import type { BatchResult } from "./models.js";
import type { Pool } from "./pool.js";
import { retryDelayMs } from "./retry.js";
import type { Transport } from "./transport.js";

/** The operations that a load is made of. */
export type BulkOperationId = "batchEntities" | "batchEvents" | "batchStates";

/** What the lanes of a load have in common. */
export interface Sending<Item extends { readonly externalId: string }> {
  readonly transport: Transport;
  readonly id: BulkOperationId;
  readonly options: BulkOptions<Item>;
  readonly pool: Pool;
  readonly ledger: Ledger<Item>;
}

/** The API takes 16 MiB. */
const bytesMaxFirst = 15 * 2 ** 20;
/** A proxy that takes less than this is met by halving each chunk. */
const bytesMaxLeast = 2 ** 16;
const retriesDefault = 8;
// Of one item; a whole chunk's are dealt with where requests are repeated.
const passing = /^(SERVICE_UNAVAILABLE|INTERNAL_ERROR|RATE_LIMITED|IDEMPOTENCY_IN_PROGRESS)$/;

/**
 * Sends entries in chunks, one after the other, until each is stored or refused. Entries with one external id share a lane:
 * that keeps their order.
 */
export class Lane<Item extends { readonly externalId: string }> {
  readonly #with: Sending<Item>;
  readonly #name: string;
  readonly #itemsMax: number;
  #bytesMax = bytesMaxFirst;
  #ordinal = 0;
  #waiting: Entry<Item>[] = [];
  #waitingBytes = 0;
  #isLast = false;
  /** The chunk on its way; never rejects. */
  #busy: Promise<void> | undefined;

  /** @param name Tells this lane from the load's others. */
  constructor(sending: Sending<Item>, name: string) {
    this.#with = sending;
    this.#name = name;
    this.#itemsMax = sending.id === "batchEvents" ? 5_000 : 1_000;
  }

  /** Takes an entry, and gives what has to be waited for before the next one. */
  take(entry: Entry<Item>): Promise<void> | undefined {
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes;
    return this.#isFull ? this.room() : undefined;
  }

  /** Resolves when there is less waiting than a chunk. */
  async room(): Promise<void> {
    this.#start();
    while (this.#busy && this.#isFull) await this.#busy;
  }

  async idle(): Promise<void> {
    while (this.#busy) await this.#busy;
  }

  /** There is no more to come: what is left is a chunk too. Resolves when it is on its way. */
  finish(): Promise<void> {
    this.#isLast = true;
    return this.room();
  }

  get #isFull(): boolean {
    const { length } = this.#waiting;
    return length >= (this.#isLast ? 1 : this.#itemsMax) || this.#waitingBytes > this.#bytesMax;
  }

  #start(): void {
    if (this.#busy || !this.#isFull) return;
    const entries = this.#waiting.splice(0, this.#countOf(this.#waiting));
    this.#waitingBytes = bytesOf(this.#waiting);
    this.#begin(entries);
  }

  #begin(entries: readonly Entry<Item>[]): void {
    const { stopped } = this.#with.pool;
    if (stopped.signal.aborted) return;
    this.#busy = this.#send(entries, `${this.#ordinal++}`, 0)
      .catch((cause) => stopped.abort(cause))
      .then(() => {
        this.#busy = undefined;
        this.#start();
      });
  }

  /** How many of the first entries make a chunk: one at least. */
  #countOf(entries: readonly Entry<Item>[]): number {
    let bytes = 0;
    const end = entries.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index >= this.#itemsMax || (index > 0 && bytes > this.#bytesMax);
    });
    return end < 0 ? entries.length : end;
  }

  /**
   * @param part Which part of the lane it is: a chunk by its number, followed by how it was taken out of that chunk. The same when the
   * load is run again.
   * @throws what stops the whole load.
   */
  async #send(entries: readonly Entry<Item>[], part: string, tries: number): Promise<void> {
    const { transport, id, options, pool, ledger } = this.#with;
    const retries = options.retries ?? retriesDefault;
    const json = `[${entries.map((entry) => entry.json).join(",")}]`;
    const idempotencyKey = await this.#keyOf(part, json);
    await pool.ready();
    let result: BatchResult;
    /** How many attempts a replayed response took; 0 if the response is not a replay. */
    let replayAttempts: number;
    try {
      const callOptions = { ...options, retries, idempotencyKey };
      const { data, response, attempts } = await transport.callInPool(id, json, pool, callOptions);
      result = data.data;
      replayAttempts = response.headers.has("idempotency-replayed") ? attempts : 0;
    } catch (error) {
      return this.#divide(entries, part, error);
    }
    const { succeeded, errors } = result;
    // Whoever reports on other items than were sent can't be believed.
    if (succeeded + errors.length !== entries.length) throw new DecodeError(200, "", { idempotencyKey });
    const refusals = new Map(errors.map((error) => [error.index, error]));
    let first = Infinity;
    const again = entries.filter((_, index) => {
      const code = refusals.get(index)?.code;
      if (code === undefined) return index > first;
      const isPassing = tries < retries && passing.test(code);
      // What was stored after it is set again as well, so that the last of two remains; an event is recorded once.
      if (isPassing && id !== "batchEvents") first = Math.min(first, index);
      return isPassing;
    });
    // Why they failed may have passed since: entities that were missing are there by now.
    const failedBefore =
      replayAttempts > 0 && id === "batchEvents" && options.idempotencyKey
        ? entries.filter((entry, index) => refusals.has(index) && !again.includes(entry))
        : [];
    // A replay on a later attempt is the response to the first one, which was lost.
    await ledger.settle(entries, refusals, new Set([...again, ...failedBefore]), replayAttempts === 1);
    if (again[0]) {
      const { clock } = transport;
      await clock.sleep(retryDelayMs(tries + 1, undefined, clock.random()), pool.stopped.signal);
      await this.#send(again, `${part}r`, tries + 1);
    }
    if (failedBefore[0]) await this.#send(failedBefore, `${part}f`, 0);
  }

  /** A chunk that is too large as a whole stored nothing: it is sent in halves. What is wrong with an item is in its error. */
  async #divide(entries: readonly Entry<Item>[], part: string, error: unknown): Promise<void> {
    if (!isAPIError(error)) throw error;
    const { message, status } = error;
    const code = status === 413 ? "PAYLOAD_TOO_LARGE" : error.code;
    if (!code?.endsWith("TOO_LARGE")) throw error;
    if (!entries[1]) return this.#with.ledger.settle(entries, new Map([[0, { code, message }]]), new Set());
    const middle = entries.length >> 1;
    // The next chunks need not find that out again.
    if (status === 413) this.#bytesMax = Math.max(bytesOf(entries) >> 1, bytesMaxLeast);
    await this.#send(entries.slice(0, middle), `${part}d0`, 0);
    await this.#send(entries.slice(middle), `${part}d1`, 0);
  }

  async #keyOf(part: string, json: string): Promise<string> {
    const { idempotencyKey } = this.#with.options;
    if (idempotencyKey === undefined) return newIdempotencyKey();
    // With the part, since two chunks can hold the same and both mean it.
    return sha256Hex(`${idempotencyKey} ${this.#name} ${part} ${json}`);
  }
}
