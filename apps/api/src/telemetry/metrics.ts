import type { Database } from "@onehazel/db";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/**
 * What this process counts, in Prometheus' terms. Labels are names out of our own code and spec, so there are few of them: never a
 * tenant, a path or anything else that a caller chooses.
 */
export const registry = new Registry();
const registers = [registry];

/** Seconds: from a read out of memory to the longest that a statement may take. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const requestSeconds = new Histogram({
  name: "onehazel_request_duration_seconds",
  help: "Requests by operation and status; operation `none` found no route, status 0 was hung up on",
  labelNames: ["operation", "status"],
  buckets: durationBuckets,
  registers,
});

export const querySeconds = new Histogram({
  name: "onehazel_query_duration_seconds",
  help: "Statements by name, waiting for a connection included; `built` are those of the query builder",
  labelNames: ["statement", "outcome"],
  buckets: durationBuckets,
  registers,
});

export const piiFields = new Counter({
  name: "onehazel_pii_fields_total",
  help: "Personal fields that were sealed and opened",
  labelNames: ["act"],
  registers,
});

export const rateLimited = new Counter({
  name: "onehazel_rate_limited_total",
  help: "Requests that were one too many, by category; `failures` had shown too many bad credentials",
  labelNames: ["category"],
  registers,
});

export const sharedStoreAway = new Gauge({
  name: "onehazel_shared_store_away",
  help: "1 while Redis is away and this server counts for itself",
  registers,
});

export const erasures = new Counter({
  name: "onehazel_erasures_total",
  help: "Erasures by how they stood when they were answered: completed, or running on in the background",
  labelNames: ["status"],
  registers,
});

export const jobSeconds = new Histogram({
  name: "onehazel_job_duration_seconds",
  help: "Slices of background work by task and how they ended: done, unfinished or failed",
  labelNames: ["task", "outcome"],
  buckets: [0.01, 0.1, 1, 5, 15, 30, 60, 120],
  registers,
});

/** Adds what Node tells of itself: memory, CPU, event loop, garbage collection. To be called once a process. */
export function collectProcessMetrics(): void {
  collectDefaultMetrics({ register: registry });
}

/** Reads a pool whenever somebody asks, under its name. */
export function observePool(name: string, database: Database): void {
  databasesByName.set(name, database);
}

const databasesByName = new Map<string, Database>();

new Gauge({
  name: "onehazel_pool_connections",
  help: "Connections to the database by pool and state; `waiting` are callers without one",
  labelNames: ["pool", "state"],
  registers,
  collect() {
    for (const [name, { pool, load }] of databasesByName) {
      this.set({ pool: name, state: "busy" }, pool.totalCount - pool.idleCount);
      this.set({ pool: name, state: "idle" }, pool.idleCount);
      this.set({ pool: name, state: "waiting" }, load.waiting + pool.waitingCount);
    }
  },
});

/** What request bodies and unread responses hold of the memory for them, and how many requests wait for some. */
export interface TransferCounts {
  readonly heldBytes: number;
  readonly waiting: number;
}

let transfers: TransferCounts | undefined;

/** Reads the memory for bodies and responses whenever somebody asks. */
export function observeTransfers(counts: TransferCounts): void {
  transfers = counts;
}

new Gauge({
  name: "onehazel_transfer_bytes",
  help: "Memory held by request bodies and by responses that their clients have not read",
  registers,
  collect() {
    this.set(transfers?.heldBytes ?? 0);
  },
});

new Gauge({
  name: "onehazel_transfer_waiting",
  help: "Requests that wait for memory for a body or a response",
  registers,
  collect() {
    this.set(transfers?.waiting ?? 0);
  },
});

/** How many jobs are in which state. */
export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  /** Out of attempts: nobody takes these again by themselves. */
  readonly failed: number;
}

let countJobs: (() => Promise<JobCounts>) | undefined;

/** Counts the queue's jobs whenever somebody asks, until `undefined` is given. */
export function observeJobs(count: typeof countJobs): void {
  countJobs = count;
}

new Gauge({
  name: "onehazel_jobs",
  help: "Jobs of the queue by state, as this process' worker sees it; `failed` are out of attempts",
  labelNames: ["state"],
  registers,
  async collect() {
    this.reset();
    // A database that is away must not take the other metrics with it.
    const counts = await countJobs?.().catch(() => undefined);
    for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
  },
});
