import { batch } from "./batch.js";
import { batchCost } from "./batch-cost.js";
import { ceiling } from "./ceiling.js";
import { fairness } from "./fairness.js";
import type { Findings } from "./harness/report.js";
import { keyTiming } from "./key-timing.js";
import { comparePeers } from "./peers.js";
import { scale, scaleEvents } from "./scale.js";
import { sdk } from "./sdk.js";
import { servers } from "./servers.js";

/** Every benchmark by its name: `pnpm bench` runs all but those that take long, `pnpm bench <name>` one. */
export const benchmarks: Readonly<Record<string, () => Promise<Findings>>> = {
  ceiling,
  batch,
  "batch-cost": batchCost,
  fairness,
  "key-timing": keyTiming,
  peers: comparePeers,
  scale,
  "scale-events": scaleEvents,
  sdk,
  servers,
};

/** Those that run by name only. */
export const long: ReadonlySet<string> = new Set(["fairness", "peers", "scale-events"]);
