import type { PreparedStatement } from "./prepared-query.js";

/** Bounds how long the rest of the transaction waits for each lock. */
export function boundWaits(lockWaitMs: number): PreparedStatement {
  return {
    name: "bound_waits",
    text: "select set_config('lock_timeout', $1, true)",
    values: [`${lockWaitMs}ms`],
  };
}
