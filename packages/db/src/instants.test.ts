import { expect, it } from "vitest";
import { ownDatabase } from "../test/own-database.js";
import { epochMs, instantText } from "./instants.js";

const db = ownDatabase({ poolMax: 1 });

it("milliseconds equal what `pg` reads as a `Date`, at every microsecond and up to the year 9980", async () => {
  const { rows } = await db().pool.query<{ at: Date; ms: number }>(
    `select at, ${epochMs("at")} as ms
     from (
       select timestamptz '2026-12-01T00:00:00Z' + n * interval '1 millisecond' + micros * interval '1 microsecond' as at
       from generate_series(-1700000000000, 251000000000000, 99999999999) n, unnest(array[0, 1, 500, 999]) micros
     ) times`,
  );
  expect(rows.length).toBeGreaterThan(5_000);
  expect(rows.filter(({ at, ms }) => instantText(ms) !== at.toISOString())).toEqual([]);
});
