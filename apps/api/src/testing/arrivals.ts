import type { Database } from "@onehazel/db";
import { expect, vi } from "vitest";

/** Counts what a server of this process asks of its database, so that a test can wait until its calls have got that far. */
export interface Arrivals {
  /** Resolves once so many more statements were asked for than before the last `clear`, whether a connection is free or not. */
  reached(countMin: number): Promise<void>;
  clear(): void;
}

export function watchArrivals(db: Database): Arrivals {
  let asked = 0;
  const viewFor = db.for.bind(db);
  vi.spyOn(db, "for").mockImplementation((tenant) => {
    const view = viewFor(tenant);
    for (const name of ["query", "queryGrouped", "queryMerged"] as const) {
      const run = view[name].bind(view) as (...values: unknown[]) => unknown;
      Object.assign(view, {
        [name]: (...values: unknown[]) => {
          asked += 1;
          return run(...values);
        },
      });
    }
    return view;
  });
  return {
    reached: (countMin) => expect.poll(() => asked, { interval: 5 }).toBeGreaterThanOrEqual(countMin),
    clear: () => {
      asked = 0;
    },
  };
}
