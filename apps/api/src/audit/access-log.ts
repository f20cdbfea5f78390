import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import type { Access } from "../http/context.js";
import { errorForLog } from "../http/log.js";
import { insertAccesses, type TimedAccess } from "./repository.js";

/** Often, since a second's worth in one piece keeps the requests of its moment waiting. */
const flushEveryMs = 100;
/** One statement's worth. */
const batchMax = 500;
/** What is kept while the log can't be written; some 100 MB. */
const pendingMax = 200_000;
/** The maximum for one operator, so that its reads do not displace the records of others. */
const pendingOfOneMax = pendingMax / 2;

/** Gathers who read personal data in clear and writes it behind, ten times a second and at the end, so that no read waits for it. */
export class AccessLog {
  readonly #db: Database;
  readonly #log: Logger;
  #pending: TimedAccess[] = [];
  /** The number of waiting records, by operator. */
  readonly #pendingOf = new Map<string, number>();
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  note(access: Access): void {
    const { operatorId } = access;
    const waiting = this.#pendingOf.get(operatorId) ?? 0;
    if (this.#pending.length >= pendingMax || waiting >= pendingOfOneMax) {
      this.#lost += 1;
      return;
    }
    this.#pendingOf.set(operatorId, waiting + 1);
    this.#pending.push({ access, atMs: performance.now() });
  }

  /** Writes what has gathered. What cannot be written now is kept for the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    let written = 0;
    try {
      for (; written < pending.length; written += batchMax) {
        const batch = pending.slice(written, written + batchMax);
        await insertAccesses(this.#db, batch, performance.now());
        for (const { access } of batch) this.#noteWritten(access.operatorId);
      }
    } catch (error) {
      this.#pending = [...pending.slice(written), ...this.#pending];
      this.#log.warn(
        { error: errorForLog(error) },
        "access records could not be written, kept for the next time",
      );
    }
    if (this.#lost === 0) return;
    this.#log.error({ lost: this.#lost }, "access records were lost: too many waited to be written");
    this.#lost = 0;
  }

  #noteWritten(operatorId: string): void {
    const waiting = (this.#pendingOf.get(operatorId) ?? 1) - 1;
    if (waiting === 0) this.#pendingOf.delete(operatorId);
    else this.#pendingOf.set(operatorId, waiting);
  }
}
