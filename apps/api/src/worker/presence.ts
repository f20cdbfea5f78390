import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import { listAbsent, markPresent, openSession, releaseJobsOf, type Session } from "./repository.js";

/**
 * Tells the living from the dead. The queue itself gives up on a worker after four hours; here each pool of workers holds a lock
 * on a session of its own for as long as it lives, and the jobs of a pool that twice in a row was seen without one are given back.
 */
export class Presence {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #lookEveryMs: number;
  readonly #poolIds = new Set<string>();
  #session: Session | undefined;
  readonly #marked = new Set<string>();
  #suspects = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(db: Database, log: Logger, lookEveryMs: number) {
    this.#db = db;
    this.#log = log;
    this.#lookEveryMs = lookEveryMs;
  }

  /** Resolves once the pool's mark is set, or when the database cannot be reached, which leaves it for the next look. */
  hold(poolId: string): Promise<void> {
    this.#poolIds.add(poolId);
    return this.#look();
  }

  /** Our pools have ended: takes their marks away, so that whatever they left behind is given back. */
  async letGo(): Promise<void> {
    this.#poolIds.clear();
    await this.#turn;
    this.#dropSession();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.letGo();
  }

  /** One after the other: they share the session. */
  #look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#lookOnce();
      } catch (error) {
        this.#dropSession();
        this.#log.warn({ error: errorForLog(error) }, "could not look after jobs of killed workers");
      }
      clearTimeout(this.#timer);
      if (!this.#stopped) this.#timer = setTimeout(() => void this.#look(), this.#lookEveryMs).unref();
    });
    return this.#turn;
  }

  /** Closed rather than given back to the pool: the marks go with the session. */
  #dropSession(): void {
    this.#session?.release(true);
    this.#session = undefined;
    this.#marked.clear();
  }

  async #lookOnce(): Promise<void> {
    if (this.#stopped) return;
    this.#session ??= await openSession(this.#db);
    const session = this.#session;
    for (const poolId of this.#poolIds) {
      if (this.#marked.has(poolId)) continue;
      await markPresent(session, poolId);
      this.#marked.add(poolId);
    }
    const absent = await listAbsent(session);
    // One that has lost its session for a moment is not dead.
    const dead = absent.filter((poolId) => this.#suspects.has(poolId));
    this.#suspects = new Set(absent);
    if (dead.length === 0) return;
    await releaseJobsOf(session, dead);
    this.#log.warn({ pools: dead.length }, "took up jobs of workers that were killed");
  }
}
