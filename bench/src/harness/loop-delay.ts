import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How late an event loop was. */
export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What Node is started with so that `loopDelayOf` can ask. */
export const loopProbeArgs = ["--import", new URL("loop-probe/main.js", import.meta.url).href];

/** How late the event loop of a process was while the work ran. */
export async function loopDelayOf(pid: number, work: () => Promise<void>): Promise<LoopDelay> {
  const file = join(tmpdir(), `onehazel-bench-loop-${pid}.json`);
  process.kill(pid, "SIGUSR2");
  await work();
  process.kill(pid, "SIGUSR2");
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(10);
  const told = JSON.parse(readFileSync(file, "utf8"));
  rmSync(file);
  return told;
}
