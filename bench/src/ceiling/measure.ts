import type { CpuMeter } from "../harness/cpu.js";
import type { Driver } from "../harness/driver.js";
import type { Shape } from "../harness/load/plan.js";

/** What one slice of load has shown. */
export interface Reading {
  readonly perSecond: number;
  readonly latenciesMs: Float64Array;
  /** CPU milliseconds a request. */
  readonly serverMs: number;
  readonly postgresMs: number;
}

/** Somebody who is asked. */
export interface Target {
  readonly port: number;
  readonly server: CpuMeter;
  readonly postgres: CpuMeter;
}

export interface Ask {
  readonly shape: Shape;
  readonly isNew?: true;
  readonly sliceMs?: number;
  readonly settleMs?: number;
  /** Unless given, enough for a percentile. */
  readonly requestsMin?: number;
}

const singlesMin = 60;
const firstRate = 1_000;
/** New things begin here, above all that are loaded. */
const firstNew = 10_000_000;

/** Sends slices of load that take about as long as they are told to, by what earlier ones have shown. */
export class Sampler {
  readonly #driver: Driver;
  readonly #entities: number;
  readonly #rates = new Map<string, number>();
  #nextNew = firstNew;

  constructor(driver: Driver, entities: number) {
    this.#driver = driver;
    this.#entities = entities;
  }

  async take(name: string, target: Target, ask: Ask, callers: number, sliceMs: number): Promise<Reading> {
    const rateName = `${name} ${callers}`;
    const { requestsMin = singlesMin } = ask;
    const rate = this.#rates.get(rateName) ?? (ask.requestsMin === undefined ? firstRate : 0);
    const count = Math.ceil((rate * (ask.sliceMs ?? sliceMs)) / 1_000);
    const plan = {
      port: target.port,
      shape: ask.shape,
      callers,
      numbers: this.#numbers(
        Math.max(count, requestsMin, ask.requestsMin === undefined ? callers * 4 : callers),
        ask.isNew,
      ),
    };
    const { server, postgres } = target;
    const result = await this.#driver.runMetered(plan, { server, postgres }, ask.settleMs);
    const sent = plan.numbers.length;
    const perSecond = (sent * 1_000) / result.elapsedMs;
    this.#rates.set(rateName, perSecond);
    return {
      perSecond,
      latenciesMs: result.latenciesMs,
      serverMs: result.spent.server / sent,
      postgresMs: result.spent.postgres / sent,
    };
  }

  #numbers(count: number, isNew: boolean | undefined): number[] {
    if (isNew) return Array.from({ length: count }, () => this.#nextNew++);
    return Array.from({ length: count }, () => 1 + Math.floor(Math.random() * this.#entities));
  }
}
