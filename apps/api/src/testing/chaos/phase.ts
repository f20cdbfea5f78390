import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Stage } from "./fault.js";
import { Load, liftLimits } from "./load.js";
import { compare, settledJobs } from "./verify.js";

/** What came of one fault. */
export interface Finding {
  readonly fault: string;
  readonly acknowledged: number;
  readonly stored: number;
  readonly duplicated: number;
  readonly lost: number;
  /** From the fault's end to the first write that was acknowledged after it. */
  readonly firstWriteAfterMs: number;
  /** From the fault's end until every server asks for traffic and every process runs. */
  readonly wellAfterMs: number;
  /** The longest time in which no write was acknowledged, the fault's own included. */
  readonly silenceMs: number;
  /** Of a call with all its attempts, as the program that made it sees it. */
  readonly p99Ms: number;
  readonly retried: string;
  /** All that is not as it should be, in words. */
  readonly faults: readonly string[];
}

const steadyWrites = 50;
const afterMs = 1_000;
const patienceMs = 60_000;
const pollMs = 10;

/** Breaks one thing under load on a tenant of its own, and holds the database against what was acknowledged. */
export async function runPhase(
  stage: Stage,
  fault: Fault,
  { seconds, keyless }: { readonly seconds: number; readonly keyless: boolean },
): Promise<Finding> {
  const { api, fleet, chance } = stage;
  const tenant = await api.createPlatform(fault.name);
  await liftLimits(api, tenant);
  const falls = fleet.falls.length;
  const load = new Load(fleet, tenant, chance.fork(), {
    actors: fault.actors ?? 16,
    busy: fault.busy ?? false,
    keyless,
  });
  const { journal } = load;
  const goesOn = () => journal.faults.length === 0;
  let struckMs = 0;
  let mendedMs = 0;
  let firstWriteMs = Number.NaN;
  let wellMs = 0;
  try {
    await until(() => journal.writtenAtMs.length >= steadyWrites || !goesOn());
    struckMs = performance.now();
    await fault.strike(stage, seconds, () => {
      mendedMs = performance.now();
    });
    await until(() => (journal.writtenAtMs.at(-1) ?? 0) >= mendedMs || !goesOn());
    firstWriteMs = journal.writtenAtMs.find((atMs) => atMs >= mendedMs) ?? Number.NaN;
    await fleet.well();
    wellMs = performance.now();
    await sleep(afterMs);
  } finally {
    await load.end();
  }
  const jobs = await settledJobs(api);
  const tally = await compare(api, tenant, journal);
  const { acknowledged, stored, duplicated, lost } = tally;
  return {
    fault: fault.name,
    ...{ acknowledged, stored, duplicated: duplicated.length, lost: lost.length },
    firstWriteAfterMs: firstWriteMs - mendedMs,
    wellAfterMs: wellMs - mendedMs,
    silenceMs: longestGapMs(journal.writtenAtMs.filter((atMs) => atMs >= struckMs - 1_000)),
    p99Ms: percentile(journal.durationsMs, 0.99),
    retried: [...load.answers]
      .filter(([status]) => status === "lost" || status >= 400)
      .map(([status, count]) => `${status} × ${count}`)
      .join(", "),
    faults: [
      ...tally.faults,
      ...journal.faults,
      ...load.strange,
      ...fleet.falls.slice(falls),
      ...jobs.map((job) => `a job is left: ${JSON.stringify(job)}`),
    ],
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error("nothing was acknowledged for a minute");
    await sleep(pollMs);
  }
}

function longestGapMs(timesMs: readonly number[]): number {
  return timesMs.reduce((longest, atMs, n) => Math.max(longest, atMs - (timesMs[n - 1] ?? atMs)), 0);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
