import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openDatabase({ ...database.owner, poolMax: 8 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

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

  constructor(tenant: typeof a, options: { readonly isLong: boolean; readonly count: number }) {
    for (let n = 0; n < options.count; n += 1) {
      const begin = async () => {
        this.begun += 1;
        await this.#ended;
      };
      this.#all.push(db.for(tenant, options).transaction({}, begin));
    }
  }

  async end(): Promise<void> {
    this.#end();
    await Promise.all(this.#all);
  }
}

const begunBy = (work: Work, count: number) =>
  expect.poll(() => work.begun, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);

it("long work of one tenant holds half of the connections, and leaves the others to short work", async () => {
  const long = new Work(a, { isLong: true, count: 6 });
  await begunBy(long, 4);
  const short = new Work(a, { isLong: false, count: 4 });
  await begunBy(short, 4);
  expect(long.begun).toBe(4);
  await Promise.all([long.end(), short.end()]);
  expect(long.begun).toBe(6);
});

it("two tenants with long work get one connection each, and no second one while both hold theirs", async () => {
  const ofA = new Work(a, { isLong: true, count: 1 });
  await begunBy(ofA, 1);
  const ofB = new Work(b, { isLong: true, count: 3 });
  await begunBy(ofB, 1);
  const moreOfA = new Work(a, { isLong: true, count: 2 });
  // Short work that came later has run: there were free connections.
  await db.for(a).query("one", "select 1");
  expect([ofB.begun, moreOfA.begun]).toEqual([1, 0]);
  await Promise.all([ofA.end(), ofB.end(), moreOfA.end()]);
  expect([ofB.begun, moreOfA.begun]).toEqual([3, 2]);
});
