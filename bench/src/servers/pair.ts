import type { Sampler, Target } from "../ceiling/measure.js";
import type { Work } from "../ceiling/works.js";

/** CPU milliseconds a request, apart for servers and database, with one server and with two. */
export interface PairCost {
  readonly one: { readonly serverMs: number; readonly postgresMs: number };
  readonly two: { readonly serverMs: number; readonly postgresMs: number };
}

const callers = 10;
const sliceMs = 600;

/** Ten callers at one server, then ten at each of two at the same time: how many go to the database together is the same. */
export async function pairCost(
  [first, second]: readonly [Sampler, Sampler],
  [one, other]: readonly [Target, Target],
  work: Work,
): Promise<PairCost> {
  const ask = { shape: work.ours, ...(work.isNew ? { isNew: work.isNew } : {}) };
  const alone = await first.take(work.name, one, ask, callers, sliceMs);
  const before = one.postgres();
  const both = await Promise.all([
    first.take(`${work.name} of two`, one, ask, callers, sliceMs),
    second.take(`${work.name} of two`, other, ask, callers, sliceMs),
  ]);
  const postgresMs = one.postgres() - before;
  const requests = both.map(({ latenciesMs }) => latenciesMs.length);
  const sent = requests.reduce((sum, each) => sum + each, 0);
  const serverMs = both.reduce((sum, each, index) => sum + each.serverMs * (requests[index] as number), 0);
  return {
    one: { serverMs: alone.serverMs, postgresMs: alone.postgresMs },
    two: { serverMs: serverMs / sent, postgresMs: postgresMs / sent },
  };
}
