import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { epochMs, instantText } from "./instants.js";
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

it("a time read as milliseconds is the one that is read as a date, to the last microsecond and year", async () => {
  const { rows } = await db.pool.query<{ at: Date; ms: number }>(
    `select at, ${epochMs("at")} as ms
     from (
       select timestamptz '2026-12-01T00:00:00Z' + n * interval '1 millisecond' + micros * interval '1 microsecond' as at
       from generate_series(-1700000000000, 251000000000000, 99999999999) n, unnest(array[0, 1, 500, 999]) micros
     ) times`,
  );
  expect(rows.length).toBeGreaterThan(5_000);
  expect(rows.filter(({ at, ms }) => instantText(ms) !== at.toISOString())).toEqual([]);
});
