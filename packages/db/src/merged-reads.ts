import type { Tenant } from "@onehazel/fair-share";
import type pg from "pg";
import type { FairPool } from "./fair-pool.js";
import { Gathering } from "./gathering.js";
import { runAndRelease } from "./run-and-release.js";

/** A read of one thing by a statement that can read many. */
export interface MergedRead {
  readonly name: string;
  readonly text: string;
  /** Which one. */
  readonly id: string;
  readonly valuesFor: (ids: readonly string[]) => readonly unknown[];
}

interface Waiting {
  readonly read: MergedRead;
  readonly resolve: (result: pg.QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends reads that come at once as one statement. */
export class MergedReads {
  readonly #gathering: Gathering<Waiting>;

  constructor(pool: FairPool) {
    this.#gathering = new Gathering({
      pool,
      perform: async (client, reads) => {
        const { name, text, valuesFor } = (reads[0] as Waiting).read;
        const values = valuesFor(reads.map(({ read: { id } }) => id));
        const result = await runAndRelease(client, { name, text, values });
        for (const { resolve } of reads) resolve(result);
      },
      refuse: (error, reads) => {
        for (const { reject } of reads) reject(error);
      },
    });
  }

  /**
   * Reads under the same `key`, which is told by its identity, may go together: they are of one statement, and differ in their ids alone.
   * Resolves with the rows of all of them, among which the caller finds its own.
   */
  run(tenant: Tenant, key: object, read: MergedRead): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => this.#gathering.add(tenant, key, { read, resolve, reject }));
  }
}
