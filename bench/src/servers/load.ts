import { player } from "../batch/cases.js";
import type { Sampler, Target } from "../ceiling/measure.js";
import type { Work } from "../ceiling/works.js";
import type { Driver } from "../harness/driver.js";
import type { Shape } from "../harness/load/plan.js";
import { type LoopDelay, loopDelayOf } from "../harness/loop-delay.js";
import { percentile } from "../harness/stats.js";

const callers = 10;
const halfLoadMs = 3_000;
const mixMs = 4_000;
const batchItems = 1_000;
const connections = 32;

/** Latencies where half as many requests are due as the server could answer. */
export interface HalfLoad {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function halfLoad(
  driver: Driver,
  sampler: Sampler,
  target: Target,
  { name, shape }: { readonly name: string; readonly shape: Shape },
  entities: number,
): Promise<HalfLoad> {
  const full = await sampler.take(name, target, { shape }, callers, 800);
  const perSecond = full.perSecond / 2;
  const { latenciesMs } = await driver.run({
    port: target.port,
    shape,
    callers: connections,
    perSecond,
    numbers: anyOf(entities, Math.ceil((perSecond * halfLoadMs) / 1_000)),
  });
  return { perSecond, p50Ms: percentile(latenciesMs, 50), p99Ms: percentile(latenciesMs, 99) };
}

/** Two who send batches while eight read. */
export interface Mix {
  readonly delay: LoopDelay;
  readonly readP50Ms: number;
  readonly readP99Ms: number;
}

export interface MixSetting {
  readonly pid: number;
  readonly port: number;
  readonly key: string;
  readonly read: Work;
  readonly entities: number;
}

export async function mixOf(
  [batches, reads]: readonly [Driver, Driver],
  { pid, port, key, read, entities }: MixSetting,
): Promise<Mix> {
  const items = Array.from({ length: batchItems }, (_, n) => player(true)("mix{serial}", n));
  const batch = {
    method: "POST",
    path: "/operator-data-api/batch/entities",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(items),
    status: [200],
    says: '"failed":0',
  };
  let readLatenciesMs = new Float64Array();
  const delay = await loopDelayOf(pid, async () => {
    let isOver = false;
    const sending = (async () => {
      while (!isOver) await batches.run({ port, shape: batch, callers: 2, numbers: [1, 2, 3, 4] });
    })();
    const startedAtMs = performance.now();
    const all: number[] = [];
    while (performance.now() - startedAtMs < mixMs) {
      const numbers = anyOf(entities, 400);
      const { latenciesMs } = await reads.run({ port, shape: read.ours, callers: 8, numbers });
      all.push(...latenciesMs);
    }
    isOver = true;
    await sending;
    readLatenciesMs = Float64Array.from(all);
  });
  return {
    delay,
    readP50Ms: percentile(readLatenciesMs, 50),
    readP99Ms: percentile(readLatenciesMs, 99),
  };
}

const anyOf = (entities: number, count: number) =>
  Array.from({ length: count }, () => 1 + Math.floor(Math.random() * entities));
