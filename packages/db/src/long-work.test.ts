import { expect, it } from "vitest";
import { ownDatabase } from "../test/own-database.js";

const db = ownDatabase({ poolMax: 8 });

const a = { platformId: "plat_1", operatorId: "op_a" };
const b = { platformId: "plat_1", operatorId: "op_b" };

/** Transactions that stay open until they are ended, and how many of them have begun. */
class Work {
  begun = 0;
  #end = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  readonly #all: Promise<void>[] = [];

  constructor(tenant: typeof a, options: { readonly longWork?: "batch" | "read"; readonly count: number }) {
    for (let n = 0; n < options.count; n += 1) {
      const begin = async () => {
        this.begun += 1;
        await this.#ended;
      };
      this.#all.push(db().for(tenant, options.longWork).transaction({}, begin));
    }
  }

  async end(): Promise<void> {
    this.#end();
    await Promise.all(this.#all);
  }
}

const begunBy = (work: Work, count: number) =>
  expect.poll(() => work.begun, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);

it("long work of one tenant holds half of the connections, and leaves the others to other work", async () => {
  const long = new Work(a, { longWork: "batch", count: 6 });
  await begunBy(long, 4);
  const short = new Work(a, { count: 3 });
  const read = new Work(a, { longWork: "read", count: 1 });
  await Promise.all([begunBy(short, 3), begunBy(read, 1)]);
  expect(long.begun).toBe(4);
  await Promise.all([long.end(), short.end(), read.end()]);
  expect(long.begun).toBe(6);
});

it("two tenants with long work get one connection each, and no second one while both hold theirs", async () => {
  // In one turn of the event loop: how long ago another tenant had some decides.
  const ofA = new Work(a, { longWork: "batch", count: 1 });
  const ofB = new Work(b, { longWork: "batch", count: 3 });
  const moreOfA = new Work(a, { longWork: "batch", count: 2 });
  await Promise.all([begunBy(ofA, 1), begunBy(ofB, 1)]);
  // Short work that came later has run: there were free connections.
  await db().for(a).query("one", "select 1");
  expect([ofB.begun, moreOfA.begun]).toEqual([1, 0]);
  await Promise.all([ofA.end(), ofB.end(), moreOfA.end()]);
  expect([ofB.begun, moreOfA.begun]).toEqual([3, 2]);
});
