import { setTimeout as sleep } from "node:timers/promises";
import type { BenchServer } from "../harness/server.js";
import { percentile } from "../harness/stats.js";
import { peakMiBDuring, residentMiB } from "./memory.js";
import type { Tally, Tenant, VictimResult } from "./messages.js";
import { startAttacker, startVictim, type Victim } from "./processes.js";
import type { Armed, Scenario } from "./scenarios.js";
import { type FairnessStage, type VictimPlace, victimPlaces } from "./stage.js";

/** One victim, alone and then beside one or two attackers. */
export interface Run {
  readonly attackers: number;
  readonly place: VictimPlace;
  readonly alone: VictimResult;
  readonly attacked: VictimResult;
  /** Over what the server had resident before the first attack. */
  readonly growthMiB: number;
  readonly serverDied: boolean;
  readonly attackerTallies: readonly Tally[];
}

export interface Durations {
  readonly aloneMs: number;
  readonly attackMs: number;
}

const warmUpMs = 1_500;
const settledMax = 40;
const settleEveryMs = 500;

/** Runs one attack with one and two attackers against both victims, on a server of its own. */
export async function runScenario(
  stage: FairnessStage,
  scenario: Scenario,
  durations: Durations,
  onRun: (run: Run) => void,
): Promise<Run[]> {
  for (const { operatorId } of stage.attackers) await scenario.prepare?.(stage, operatorId);
  const runs: Run[] = [];
  let server = await startServer(stage);
  let baseMiB = residentMiB(server.pid) ?? 0;
  const victim = startVictim();
  try {
    for (const attackers of [1, 2]) {
      for (const place of victimPlaces) {
        const context = { stage, scenario, server, victim, baseMiB, durations };
        const run = await runOnce(context, attackers, place, runs.length);
        runs.push(run);
        onRun(run);
        await settleDatabase(stage);
        if (!run.serverDied) {
          await settleServer(context, place, run);
          continue;
        }
        await server.stop();
        server = await startServer(stage);
        baseMiB = residentMiB(server.pid) ?? 0;
      }
    }
    return runs;
  } finally {
    await victim.end();
    await server.stop();
  }
}

/** Warm: both victims have called it, and its memory has grown to what honest work needs. */
async function startServer(stage: FairnessStage): Promise<BenchServer> {
  const server = await stage.startServer();
  const victim = startVictim();
  for (const place of victimPlaces) {
    const { apiKey } = stage.victims[place];
    await victim.run({ port: server.port, apiKey, durationMs: warmUpMs });
  }
  await victim.end();
  return server;
}

interface RunContext {
  readonly stage: FairnessStage;
  readonly scenario: Scenario;
  readonly server: BenchServer;
  readonly victim: Victim;
  readonly baseMiB: number;
  readonly durations: Durations;
}

async function runOnce(
  context: RunContext,
  attackers: number,
  place: VictimPlace,
  run: number,
): Promise<Run> {
  const { stage, scenario, server, victim, baseMiB, durations } = context;
  const { port, pid } = server;
  const { apiKey } = stage.victims[place];
  const tenants = stage.attackers.slice(0, attackers);
  const armed = await armAll(context, tenants, run);
  const alone = await victim.run({ port, apiKey, durationMs: durations.aloneMs });
  const attacking = await Promise.all(
    tenants.map((tenant, index) => {
      const externalId = armed[index]?.externalId ?? "";
      return startAttacker({ name: scenario.name, port, apiKey: tenant.apiKey, index, externalId });
    }),
  );
  let attacked: VictimResult | undefined;
  const peakMiB = await peakMiBDuring(pid, async () => {
    attacked = await victim.run({ port, apiKey, durationMs: durations.attackMs });
  });
  const attackerTallies = await Promise.all(attacking.map(({ stop }) => stop()));
  for (const { disarm } of armed) await disarm();
  return {
    attackers,
    place,
    alone,
    attacked: attacked as VictimResult,
    growthMiB: peakMiB - baseMiB,
    serverDied: residentMiB(pid) === undefined,
    attackerTallies,
  };
}

async function armAll(
  { stage, scenario }: RunContext,
  tenants: readonly Tenant[],
  run: number,
): Promise<Armed[]> {
  if (scenario.arm === undefined) return [];
  const armed: Armed[] = [];
  for (const { operatorId } of tenants) armed.push(await scenario.arm(stage, operatorId, run));
  return armed;
}

/** Waits until nothing of the attack runs in the database any more, for twenty seconds at most. */
async function settleDatabase({ superuser }: FairnessStage): Promise<void> {
  for (let looked = 0; looked < settledMax; looked += 1) {
    await sleep(settleEveryMs);
    const { rowCount } = await superuser.pool.query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and usename ~ '^onehazel'`,
    );
    if (rowCount === 0) return;
  }
}

const probeMs = 500;
const probesMax = 40;

/** Waits until the victim is served about as quickly as it was before the attack: the next run begins with what it takes alone. */
async function settleServer(
  { stage, server, victim }: RunContext,
  place: VictimPlace,
  { alone }: Run,
): Promise<void> {
  const { apiKey } = stage.victims[place];
  for (let probed = 0; probed < probesMax; probed += 1) {
    const { latenciesMs } = await victim.run({ port: server.port, apiKey, durationMs: probeMs });
    if (percentile(latenciesMs, 50) < 2 * percentile(alone.latenciesMs, 50)) return;
  }
}
