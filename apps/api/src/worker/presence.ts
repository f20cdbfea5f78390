import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import {
  listAbsent,
  listTaken,
  markPresent,
  openSession,
  releaseJobsOf,
  removeReplacedJobs,
  type Session,
} from "./repository.js";

const lookTimeoutMs = 10_000;

/** Takes jobs for its workers; `end` has it take no more and give up its place once its running jobs are done. */
export interface TakingPool {
  readonly id: string;
  end(): void;
}

/**
 * Tells the living from the dead. The queue itself gives up on a worker after four hours; here each pool of workers holds a lock
 * on a session of its own for as long as it lives, and the jobs of a pool that twice in a row was seen without one are given back.
 * A pool of ours that twice in a row had taken a job which nobody runs (its connection broke while the database answered) is ended,
 * so that the same happens to that job.
 */
export class Presence {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #lookEveryMs: number;
  readonly #pools = new Map<string, TakingPool>();
  readonly #running = new Set<string>();
  #session: Session | undefined;
  readonly #marked = new Set<string>();
  #suspects = new Set<string>();
  #unheard = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(db: Database, log: Logger, lookEveryMs: number) {
    this.#db = db;
    this.#log = log;
    this.#lookEveryMs = lookEveryMs;
  }

  /** Resolves once the pool's mark is set, or when the database cannot be reached, which leaves it for the next look. */
  hold(pool: TakingPool): Promise<void> {
    this.#pools.set(pool.id, pool);
    return this.#look();
  }

  /** Runs what a pool of ours has taken. */
  async whileRunning<T>(jobId: string, run: () => Promise<T>): Promise<T> {
    this.#running.add(jobId);
    try {
      return await run();
    } finally {
      this.#running.delete(jobId);
    }
  }

  /** Our pools have ended: takes their marks away, so that whatever they left behind is given back. */
  async letGo(): Promise<void> {
    this.#pools.clear();
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
      // Its statements reject then: nothing else waits for a database that does not answer.
      const bound = setTimeout(() => this.#dropSession(), lookTimeoutMs);
      try {
        await this.#lookOnce();
      } catch (error) {
        this.#dropSession();
        this.#log.warn({ error: errorForLog(error) }, "could not look after jobs of killed workers");
      } finally {
        clearTimeout(bound);
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
    for (const poolId of this.#pools.keys()) {
      if (this.#marked.has(poolId)) continue;
      await markPresent(session, poolId);
      this.#marked.add(poolId);
    }
    await this.#endPoolsOfUnheardJobs(session);
    await removeReplacedJobs(session);
    const absent = await listAbsent(session);
    // One that has lost its session for a moment is not dead.
    const dead = absent.filter((poolId) => this.#suspects.has(poolId));
    this.#suspects = new Set(absent);
    if (dead.length === 0) return;
    await releaseJobsOf(session, dead);
    this.#log.warn({ pools: dead.length }, "took up jobs of workers that were killed");
  }

  async #endPoolsOfUnheardJobs(session: Session): Promise<void> {
    const taken = await listTaken(session, [...this.#pools.keys()]);
    const idle = taken.filter(({ jobId }) => !this.#running.has(jobId));
    // One whose answer is under way, or whose end is being written down, is not lost.
    const lost = idle.filter(({ jobId }) => this.#unheard.has(jobId));
    this.#unheard = new Set(idle.map(({ jobId }) => jobId));
    for (const poolId of new Set(lost.map((job) => job.poolId))) this.#pools.get(poolId)?.end();
    if (lost.length > 0)
      this.#log.warn({ jobs: lost.length }, "took jobs without hearing of it; taking them again");
  }
}
