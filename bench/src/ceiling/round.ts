import type { Reading, Sampler, Target } from "./measure.js";
import type { Pgbench, PgbenchName } from "./pgbench.js";
import { type BareName, bareShapes, type Work, type WorkName } from "./works.js";

export interface Setting {
  readonly sampler: Sampler;
  readonly ours: Target;
  readonly bare: Target;
  readonly works: readonly Work[];
  readonly pgbench: Pgbench | undefined;
}

/** Everything once: of us, of the least program, of the database alone. */
export interface Round {
  readonly ours: Readonly<Record<WorkName, Reading>>;
  readonly bare: Readonly<Record<BareName, Reading>>;
  readonly pgbench: Readonly<Partial<Record<PgbenchName, PgbenchReading>>>;
}

export interface PgbenchReading {
  readonly perSecond: number;
  readonly postgresMs: number;
}

const pgbenchNames: readonly PgbenchName[] = ["upsertNew", "upsert", "read", "event"];
const pgbenchRates = new Map<string, number>();

/** A work of ours and that of the least program lie side by side, so that what slows the machine slows both. */
export async function takeRound(
  { sampler, ours, bare, works, pgbench }: Setting,
  callers: number,
  sliceMs: number,
  backwards: boolean,
): Promise<Round> {
  const round = { ours: {}, bare: {}, pgbench: {} } as {
    ours: Record<string, Reading>;
    bare: Record<string, Reading>;
    pgbench: Record<string, PgbenchReading>;
  };
  for (const work of backwards ? works.toReversed() : works) {
    round.ours[work.name] = await sampler.take(
      work.name,
      ours,
      { ...work, shape: work.ours },
      callers,
      sliceMs,
    );
    if (round.bare[work.bare] !== undefined) continue;
    const { settleMs: _, ...ask } = work;
    round.bare[work.bare] = await sampler.take(
      `bare ${work.bare}`,
      bare,
      { ...ask, shape: bareShapes[work.bare] },
      callers,
      sliceMs,
    );
  }
  if (pgbench !== undefined) {
    for (const name of pgbenchNames) round.pgbench[name] = await ask(pgbench, name, bare, callers, sliceMs);
  }
  return round as Round;
}

async function ask(
  pgbench: Pgbench,
  name: PgbenchName,
  { postgres }: Target,
  callers: number,
  sliceMs: number,
): Promise<PgbenchReading> {
  // The cluster takes a hundred connections.
  const clients = Math.min(callers, 50);
  const rateName = `${name} ${callers}`;
  const each = Math.ceil(((pgbenchRates.get(rateName) ?? 1_000) * sliceMs) / 1_000 / clients);
  const before = postgres();
  const perSecond = await pgbench.run(name, clients, each);
  pgbenchRates.set(rateName, perSecond);
  return { perSecond, postgresMs: (postgres() - before) / (each * clients) };
}
