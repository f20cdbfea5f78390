import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { epochMs, instantOf } from "./instants.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openDatabase({ ...database.owner, poolMax: 1 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

it("a time read as milliseconds equals the same time read as a date, up to the last microsecond of a millisecond", async () => {
  const { rows } = await db.pool.query<{ at: Date; ms: number }>(
    `select at, ${epochMs("at")} as ms
     from (
       select timestamptz '2026-12-01T00:00:00Z' + n * interval '1 millisecond' + micros * interval '1 microsecond' as at
       from generate_series(-2000000000000, 2000000000000, 1999999993) n, unnest(array[-1, 0, 1, 500, 999]) micros
       where n > -1700000000000
     ) times`,
  );
  expect(rows.length).toBeGreaterThan(5_000);
  expect(rows.filter(({ at, ms }) => instantOf(ms) !== at.toISOString())).toEqual([]);
});
