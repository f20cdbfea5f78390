import { startBare } from "./ceiling/bare.js";
import { loadPlayers } from "./ceiling/load.js";
import { Sampler } from "./ceiling/measure.js";
import { bareShapes, worksOf } from "./ceiling/works.js";
import { processMeter } from "./harness/cpu.js";
import { startDriver } from "./harness/driver.js";
import { loopProbeArgs } from "./harness/loop-delay.js";
import type { Findings } from "./harness/report.js";
import { startServer } from "./harness/server.js";
import { onStage } from "./harness/stage.js";
import { type Life, lifeOf } from "./servers/life.js";
import { type HalfLoad, halfLoad, type Mix, mixOf } from "./servers/load.js";
import { type PairCost, pairCost } from "./servers/pair.js";
import { tellServers } from "./servers/tell.js";

const entities = 5_000;
const pairRounds = 7;
const halfLoadRounds = 5;
const mixRounds = 4;
const lives = 5;

/** One server and two, one at half load and under a mix, and how it starts and rests. */
export async function servers(): Promise<Findings> {
  return onStage({ connectionsMax: 2, nodeArgs: loopProbeArgs }, async (stage) => {
    const bare = await startBare(stage);
    await loadPlayers(stage, entities, bare.load);
    const { postgres, postgresCpu, port, serverPid, serverCpu, key } = stage;
    const drivers = [startDriver(), startDriver()] as const;
    const second = await startServer(postgres);
    try {
      const samplers = [new Sampler(drivers[0], entities), new Sampler(drivers[1], entities)] as const;
      const one = { port, server: serverCpu, postgres: postgresCpu };
      const other = { port: second.port, server: processMeter(second.pid), postgres: postgresCpu };
      const works = worksOf(key).filter(({ name }) => ["upsert", "read", "event"].includes(name));
      const pairs = works.map(() => [] as PairCost[]);
      for (let run = -2; run < pairRounds; run += 1) {
        for (const [index, work] of works.entries()) {
          const cost = await pairCost(samplers, [one, other], work);
          if (run >= 0) pairs[index]!.push(cost);
        }
      }
      const halves = works.map(() => [] as HalfLoad[]);
      const leastHalves = works.map(() => [] as HalfLoad[]);
      const [driver] = drivers;
      const [sampler] = samplers;
      for (let run = 0; run < halfLoadRounds; run += 1) {
        for (const [index, { name, ours, bare: bareName }] of works.entries()) {
          halves[index]!.push(await halfLoad(driver, sampler, one, { name, shape: ours }, entities));
          const least = { name: `bare ${bareName}`, shape: bareShapes[bareName] };
          leastHalves[index]!.push(await halfLoad(driver, sampler, bare.target, least, entities));
        }
      }
      const read = works.find(({ name }) => name === "read")!;
      const mixes: Mix[] = [];
      for (let run = -1; run < mixRounds; run += 1) {
        const mix = await mixOf(drivers, { pid: serverPid, port, key, read, entities });
        if (run >= 0) mixes.push(mix);
      }
      const started: Life[] = [];
      for (let run = 0; run < lives; run += 1) started.push(await lifeOf(stage));
      return tellServers(stage.postgresVersion, works, { pairs, halves, leastHalves, mixes, lives: started });
    } finally {
      for (const driver of drivers) driver.stop();
      await second.stop();
      await bare.stop();
    }
  });
}
