import { batch } from "./batch.js";
import { batchCost } from "./batch-cost.js";
import { ceiling } from "./ceiling.js";
import type { Findings } from "./harness/report.js";
import { sdk } from "./sdk.js";

/** Every benchmark by its name: `pnpm bench` runs all, `pnpm bench <name>` one. */
export const benchmarks: Readonly<Record<string, () => Promise<Findings>>> = {
  ceiling,
  batch,
  "batch-cost": batchCost,
  sdk,
};
