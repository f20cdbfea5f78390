import { startBare } from "./ceiling/bare.js";
import { loadPlayers } from "./ceiling/load.js";
import { Sampler } from "./ceiling/measure.js";
import { findPgbench } from "./ceiling/pgbench.js";
import { type Round, takeRound } from "./ceiling/round.js";
import { scriptsFor } from "./ceiling/scripts.js";
import { findingsOf } from "./ceiling/tell.js";
import { worksOf } from "./ceiling/works.js";
import { startDriver } from "./harness/driver.js";
import type { Findings } from "./harness/report.js";
import { onStage } from "./harness/stage.js";

const entities = 10_000;

/** How long and how often each number of callers is measured; what must be reached is said of ten. */
const parts = [
  { callers: 10, rounds: 7, sliceMs: 350, warmUpMs: [50, 400] },
  { callers: 1, rounds: 2, sliceMs: 200, warmUpMs: [50] },
  { callers: 100, rounds: 2, sliceMs: 200, warmUpMs: [50] },
] as const;

/** What the API costs beside the least program that could do the job, and beside the database alone. */
export async function ceiling(): Promise<Findings> {
  return onStage({ connectionsMax: 2 }, async (stage) => {
    const bare = await startBare(stage);
    const driver = startDriver();
    const pgbench = findPgbench({ database: bare.database, scripts: scriptsFor(entities) });
    try {
      await loadPlayers(stage, entities, bare.load);
      const sampler = new Sampler(driver, entities);
      const ours = { port: stage.port, server: stage.serverCpu, postgres: stage.postgresCpu };
      const setting = { sampler, ours, bare: bare.target, works: worksOf(stage.key), pgbench };
      const taken: Record<number, Round[]> = {};
      for (const { callers, rounds, sliceMs, warmUpMs } of parts) {
        // The first says how many requests a slice takes; the second runs on warm code.
        for (const sliceMs of warmUpMs) await takeRound(setting, callers, sliceMs, false);
        taken[callers] = [];
        for (let run = 0; run < rounds; run += 1) {
          taken[callers].push(await takeRound(setting, callers, sliceMs, run % 2 === 1));
        }
      }
      return findingsOf(stage.postgresVersion, pgbench?.version, setting.works, taken);
    } finally {
      pgbench?.close();
      driver.stop();
      await bare.stop();
    }
  });
}
