import type { TenantTransaction } from "@onehazel/db";
import { archiveEvents, type OpenRun, type RunProgress, type Sweep, sweep } from "./repository.js";
import { expiredKeys, oldAccessRecords, oldBatchJobs, oldEvents, oldStates } from "./sweeps.js";

/** How many rows one transaction looks at, and removes at most. */
export const batchRowsMax = 5_000;

/** What one transaction did, and where the next one goes on; without `after` the step has ended. */
type StepProgress = Partial<Omit<RunProgress, "step">>;
type Step = (tx: TenantTransaction, operatorId: string, run: OpenRun) => Promise<StepProgress>;

/** What a run does, in this order. */
const steps: readonly (readonly [name: string, step: Step])[] = [
  ["archive", async (tx, operatorId, run) => ({ eventsArchived: await archiveEvents(tx, operatorId, run) })],
  [
    "events",
    sweepBefore(
      oldEvents,
      (run) => run.remove_events_before,
      (removed) => ({ eventsRemoved: removed }),
    ),
  ],
  [
    "states",
    sweepBefore(
      oldStates,
      (run) => run.remove_states_before,
      (removed) => ({ statesRemoved: removed }),
    ),
  ],
  ["keys", sweepAlways(expiredKeys)],
  ["batchJobs", sweepAlways(oldBatchJobs)],
  ["accesses", sweepAlways(oldAccessRecords)],
];

/** One transaction's worth of the run. Tells what to write down about it. */
export async function advance(tx: TenantTransaction, operatorId: string, run: OpenRun): Promise<RunProgress> {
  const index = Math.max(
    steps.findIndex(([name]) => name === run.step),
    0,
  );
  const [name, step] = steps[index] as (typeof steps)[number];
  const progress = await step(tx, operatorId, run);
  return {
    eventsArchived: 0,
    eventsRemoved: 0,
    statesRemoved: 0,
    after: undefined,
    ...progress,
    step: progress.after === undefined ? steps[index + 1]?.[0] : name,
  };
}

/** Nothing is removed where the operator has asked for nothing. */
function sweepBefore(
  what: Sweep,
  boundOf: (run: OpenRun) => string | null,
  count: (removed: number) => StepProgress,
): Step {
  return async (tx, operatorId, run) => {
    const bound = boundOf(run);
    if (bound === null) return {};
    const { removed, after } = await sweep(tx, operatorId, what, {
      bound,
      after: run.after,
      rowsMax: batchRowsMax,
    });
    return { ...count(removed), after };
  };
}

function sweepAlways(what: Sweep): Step {
  return async (tx, operatorId, { after }) => {
    const swept = await sweep(tx, operatorId, what, { after, rowsMax: batchRowsMax });
    return { after: swept.after };
  };
}
