import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { cutPage, type PagedRow, withinBytes } from "./page.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

interface Row extends PagedRow {
  readonly id: number;
}

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openDatabase(database.owner);
  await db.knex.raw("create table things (kind text, id int, data jsonb, primary key (kind, id))");
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const page = "select id, data from things where kind = ? order by id limit ?";

async function fill(kind: string, rows: number, data: string): Promise<void> {
  await db.knex.raw(
    `insert into things select ?, id, ${data} from generate_series(1, ?::int) as series (id)`,
    [kind, rows],
  );
}

async function read(kind: string, rowsMax: number): Promise<Row[]> {
  const { rows } = await db.knex.raw(withinBytes(page, "data"), [kind, rowsMax]);
  return rows;
}

it("is cut by what would be sent, and not by what is stored", async () => {
  await fill("numbers", 20, `(select jsonb_agg(1e308) from generate_series(1, 10000))`);
  const { shown, last } = cutPage(await read("numbers", 20), 19);
  // 310 characters and a space after each.
  expect([shown.length, last?.id]).toEqual([2, 2]);
});

it("writes out no more than is left when it has been cut by what is stored", async () => {
  // Uncompressed over a mebibyte each; as text fifty times the page.
  await fill("plenty", 30, `(select jsonb_agg(1e308) from generate_series(1, 90000))`);
  const rows = await db.knex.raw(
    `explain (analyze, costs off, timing off, format json) ${withinBytes(page, "data")}`,
    ["plenty", 30],
  );
  const [{ Plan: plan }] = rows.rows[0]["QUERY PLAN"];
  const windows = windowsOf(plan);
  expect(Math.max(...windows)).toBe(30);
  expect(Math.min(...windows)).toBeLessThan(10);
});

it.each(["null", "7", '"text"', "[]", "{}", "[null]"])("takes any JSON: %s", async (json) => {
  await fill(json, 3, `'${json}'::jsonb`);
  const { shown, last } = cutPage(await read(json, 3), 2);
  expect([shown.map(({ id }) => id), last?.id]).toEqual([[1, 2], 2]);
});

it("shows a first row that is too large, alone", async () => {
  await fill("huge", 2, `jsonb_build_array(repeat(md5(id::text), 300000))`);
  const { shown, last } = cutPage(await read("huge", 2), 2);
  expect([shown.length, last?.id]).toEqual([1, 1]);
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly Plans?: readonly PlanNode[];
}

/** Of how many rows each window in a plan was made. */
function windowsOf(node: PlanNode): number[] {
  const below = (node.Plans ?? []).flatMap(windowsOf);
  return node["Node Type"] === "WindowAgg" ? [node["Actual Rows"], ...below] : below;
}
