import type { Database } from "@onehazel/db";
import { expect, vi } from "vitest";

/** Counts what a server of this process asks of its database, so that a test can wait until its calls have got that far. */
export interface Arrivals {
  /** Resolves once so many more statements were asked for than before the last `clear`, whether a connection is free or not. */
  reached(countMin: number): Promise<void>;
  clear(): void;
}

export function watchArrivals(db: Database): Arrivals {
  const spies = [vi.spyOn(db, "query"), vi.spyOn(db, "queryGrouped"), vi.spyOn(db, "queryMerged")];
  const count = () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  return {
    reached: (countMin) => expect.poll(count, { interval: 5 }).toBeGreaterThanOrEqual(countMin),
    clear: () => {
      for (const spy of spies) spy.mockClear();
    },
  };
}
