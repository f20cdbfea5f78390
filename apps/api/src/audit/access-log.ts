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

/** Gathers who read personal data in clear and writes it behind, ten times a second and at the end, so that no read waits for it. */
export class AccessLog {
  readonly #db: Database;
  readonly #log: Logger;
  #pending: TimedAccess[] = [];
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
    if (this.#pending.length < pendingMax) this.#pending.push({ access, atMs: performance.now() });
    else this.#lost += 1;
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
        await insertAccesses(this.#db, pending.slice(written, written + batchMax), performance.now());
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
}
