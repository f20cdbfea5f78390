import { startPackagedPostgres } from "./fairness/postgres.js";
import { rowOf } from "./fairness/row.js";
import { type Durations, type Run, runScenario } from "./fairness/run.js";
import { type Scenario, scenarios } from "./fairness/scenarios.js";
import { attackSeconds, only } from "./fairness/settings.js";
import { setStage } from "./fairness/stage.js";
import { type Measured, tellFairness } from "./fairness/tell.js";
import { type BenchPostgres, startPostgres } from "./harness/postgres.js";
import type { Findings } from "./harness/report.js";

/**
 * Attacks the server as one tenant and measures another. `FAIRNESS_SECONDS` says how long each attack lasts; `FAIRNESS_ONLY` names some
 * attacks or faults, such as `A2,unknown-keys`.
 */
export async function fairness(): Promise<Findings> {
  const attackMs = attackSeconds * 1_000;
  const durations = { aloneMs: attackMs / 2, attackMs };
  const asked = scenarios.filter(
    ({ name, fault }) => only === undefined || only.includes(name) || only.includes(fault),
  );
  const usual = await runAll(
    startPostgres,
    asked.filter(({ onPackagedPostgres }) => !onPackagedPostgres),
    durations,
  );
  const packaged = await runAll(
    startPackagedPostgres,
    asked.filter((one) => one.onPackagedPostgres),
    durations,
  );
  const versions = {
    ...(usual.version && { PostgreSQL: usual.version }),
    ...(packaged.version && { "PostgreSQL with JIT": packaged.version }),
  };
  return tellFairness([...usual.measured, ...packaged.measured], versions, durations);
}

async function runAll(
  start: () => Promise<BenchPostgres>,
  some: readonly Scenario[],
  durations: Durations,
): Promise<{ readonly version?: string; readonly measured: readonly Measured[] }> {
  if (some.length === 0) return { measured: [] };
  const postgres = await start();
  try {
    const stage = await setStage(postgres);
    const measured: Measured[] = [];
    try {
      for (const scenario of some) {
        process.stderr.write(`  ${scenario.fault} ${scenario.name}\n`);
        const report = (run: Run) => process.stderr.write(`  ${rowOf(scenario, run).join(" | ")}\n`);
        measured.push({ scenario, runs: await runScenario(stage, scenario, durations, report) });
      }
    } finally {
      await stage.clear();
    }
    return { version: postgres.version, measured };
  } finally {
    await postgres.stop();
  }
}
