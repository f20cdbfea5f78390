import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CpuMeter } from "./cpu.js";
import type { FromLoad, LoadResult, Plan, ToLoad } from "./load/plan.js";

/** Sends load from a process of its own, one plan at a time. */
export interface Driver {
  run(plan: Plan): Promise<LoadResult>;
  /** The same, with what the meters counted from the first request to the last answer, and `settleMs` beyond it. */
  runMetered<Name extends string>(
    plan: Plan,
    meters: Readonly<Record<Name, CpuMeter>>,
    settleMs?: number,
  ): Promise<Metered<Name>>;
  stop(): void;
}

export interface Metered<Name extends string> extends LoadResult {
  /** CPU milliseconds. */
  readonly spent: Readonly<Record<Name, number>>;
}

export function startDriver(): Driver {
  const main = fileURLToPath(new URL("load/main.js", import.meta.url));
  const child = fork(main, { serialization: "advanced" });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ask = async (message: ToLoad) => {
    const answered = once(child, "message");
    child.send(message);
    const [answer] = (await answered) as [FromLoad];
    if (answer !== "ready" && "failure" in answer) throw new Error(answer.failure);
    return answer;
  };
  const runMetered: Driver["runMetered"] = async (plan, meters, settleMs = 0) => {
    await ask({ plan });
    const before = readAll(meters);
    const { result } = (await ask("go")) as { result: LoadResult };
    await sleep(settleMs);
    const after = readAll(meters);
    const spent = Object.fromEntries(
      Object.entries<number>(after).map(([name, ms]) => [
        name,
        ms - (before as Record<string, number>)[name]!,
      ]),
    ) as typeof after;
    return { ...result, spent };
  };
  return {
    run: (plan) => runMetered(plan, {}),
    runMetered,
    stop: () => {
      child.kill();
      process.off("exit", killWithUs);
    },
  };
}

function readAll<Name extends string>(meters: Readonly<Record<Name, CpuMeter>>): Record<Name, number> {
  return Object.fromEntries(Object.entries<CpuMeter>(meters).map(([name, read]) => [name, read()])) as Record<
    Name,
    number
  >;
}
