import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into a server by `--import`: notes how late its event loop is. A first SIGUSR2 begins, the next one tells.
const resolutionMs = 1;
const file = join(tmpdir(), `onehazel-bench-loop-${process.pid}.json`);
const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
let isOn = false;

process.on("SIGUSR2", () => {
  if (isOn) {
    histogram.disable();
    // Between two ticks that are in time lies the resolution.
    const late = (percent: number) => Math.max(0, histogram.percentile(percent) / 1e6 - resolutionMs);
    const told = { p50Ms: late(50), p99Ms: late(99), maxMs: Math.max(0, histogram.max / 1e6 - resolutionMs) };
    writeFileSync(file, JSON.stringify(told));
  } else {
    rmSync(file, { force: true });
    histogram.reset();
    histogram.enable();
  }
  isOn = !isOn;
});
