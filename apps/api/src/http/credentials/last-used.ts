import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import { type Actor, type Credential, tenantIdOf } from "../credential.js";
import { errorForLog } from "../log.js";
import { type KeyUse, touchKeys } from "./repository.js";

const flushEveryMs = 20_000;
/** One statement's worth. */
const usesMax = 1_000;

type KeyKind = Exclude<Actor["type"], "user">;

interface Use {
  readonly kind: KeyKind;
  readonly tenantId: string;
  readonly atMs: number;
}

/** Remembers when keys were used and writes it behind, so that no request waits for it and `lastUsedAt` is right to the minute. */
export class LastUsed {
  readonly #db: Database;
  readonly #log: Logger;
  #uses = new Map<string, Use>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  /** A session is no key, and leaves no trace here. */
  note(credential: Credential): void {
    const { type: kind, id } = credential.actor;
    if (kind === "user") return;
    this.#uses.set(id, { kind, tenantId: tenantIdOf(credential), atMs: performance.now() });
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
    const uses = this.#uses;
    this.#uses = new Map();
    for (const kind of ["operatorKey", "platformKey"] as const) {
      const rows = [...uses].filter(([, use]) => use.kind === kind);
      for (let start = 0; start < rows.length; start += usesMax) {
        await this.#writeSome(kind, rows.slice(start, start + usesMax));
      }
    }
  }

  async #writeSome(kind: KeyKind, rows: readonly [string, Use][]): Promise<void> {
    const now = performance.now();
    const uses = rows.map(([keyId, { tenantId, atMs }]): KeyUse => ({ tenantId, keyId, ageMs: now - atMs }));
    try {
      // Every server locks the rows in the same order.
      await touchKeys(
        this.#db,
        kind,
        uses.sort((a, b) => (a.keyId < b.keyId ? -1 : 1)),
      );
    } catch (error) {
      this.#log.warn(
        { error: errorForLog(error) },
        "last use of keys could not be written, kept for the next time",
      );
      for (const [keyId, use] of rows) if (!this.#uses.has(keyId)) this.#uses.set(keyId, use);
    }
  }
}
