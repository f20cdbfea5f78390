import { setFlagsFromString } from "node:v8";

/**
 * Collects young garbage on the thread that made it. A server answers on one core and is started once a core, so V8's helpers have
 * none of their own to work on: what they save in a pause they cost several times over in waking up and waiting for each other.
 * Marking the old garbage stays beside the work, since that may take long. Call it before there is much to collect.
 */
export function collectOnOwnThread(): void {
  setFlagsFromString("--no-parallel-scavenge");
  setFlagsFromString("--no-concurrent-array-buffer-sweeping");
  setFlagsFromString("--no-concurrent-sweeping");
}
