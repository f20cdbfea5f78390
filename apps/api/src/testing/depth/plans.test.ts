import { examinedRowsMax, type Scope } from "@onehazel/db";
import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi, type TestPlatform } from "../harness.js";
import { makePlenty } from "./many-rows.js";
import { type Work, workOf } from "./plan.js";
import { Eavesdropper, type Statement } from "./statements.js";

const lists = operations.filter(({ parameters }) => parameters.some(({ name }) => name === "limit"));
const pageRows = 50;

/** One way to ask for a list. */
interface Ask {
  readonly query: Readonly<Record<string, string>>;
  /** An index does not know all filters, so the page is cut by what it examines. */
  readonly examines?: true;
  /** Whose list, where that makes a difference. */
  readonly of?: "player" | "dayTripper";
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const minutesAgo = (minutes: number) => daysAgo(minutes / 1_440);

/** Every way to ask for each list of the spec. */
const asks: Readonly<Record<string, readonly Ask[]>> = {
  listEntities: [
    { query: {} },
    { query: { entityType: "game" } },
    { query: { updatedSince: "2020-01-01T00:00:00Z" } },
    { query: { updatedSince: minutesAgo(10_000) } },
    { query: { updatedSince: "2020-01-01T00:00:00Z", entityType: "game" }, examines: true },
  ],
  listEvents: [
    { query: {} },
    { query: { archived: "true" } },
    { query: { eventType: "session" } },
    { query: { eventType: "session", archived: "true" } },
    { query: { from: daysAgo(25) } },
    { query: { to: daysAgo(2) } },
    { query: { archived: "true", from: daysAgo(400), to: daysAgo(40) } },
    { query: { archived: "true", eventType: "session", from: daysAgo(400), to: daysAgo(40) } },
    { query: {}, of: "dayTripper" },
    { query: { eventType: "session", from: daysAgo(25), to: daysAgo(0) }, of: "dayTripper" },
  ],
  listBatchJobs: [{ query: {} }],
  listRetentionRuns: [{ query: {} }],
  listOperatorAudit: [
    { query: {} },
    { query: { action: "entity.read" } },
    { query: { targetId: "ent_0000000000000005" } },
    { query: { action: "entity.read", targetId: "ent_0000000000000005" }, examines: true },
    { query: { from: daysAgo(12), to: daysAgo(1) } },
    { query: { action: "entity.read", from: daysAgo(12), to: daysAgo(1) } },
  ],
  listPlatformAudit: [
    { query: {} },
    { query: { action: "operator.update" } },
    { query: { targetId: "op_0000000000000005" } },
    { query: { action: "operator.update", targetId: "op_0000000000000005" }, examines: true },
    { query: { from: daysAgo(12), to: daysAgo(1) } },
    { query: { targetId: "op_0000000000000005", from: daysAgo(12), to: daysAgo(1) } },
  ],
  listOperators: [
    { query: {} },
    { query: { status: "suspended" } },
    { query: { plan: "pro" } },
    { query: { status: "suspended", plan: "pro" }, examines: true },
    { query: { q: "casino 7" }, examines: true },
  ],
};

/** Beside the rows of its page: looking further down each index, and months without a match. */
const blocksToSpare = 30;

let api: TestApi;
let ear: Eavesdropper;
let external: Readonly<Record<"player" | "dayTripper", string>>;
beforeAll(async () => {
  api = await startApi();
  external = await makePlenty(api, { entities: 30_000, events: 30_000 });
  ear = await Eavesdropper.start(api);
});
afterAll(() => api.stop());

describe("every list", () => {
  it("of the spec is asked for here, by each of its filters", () => {
    const filters = (names: readonly string[]) => [...new Set(names)].sort();
    const specified = lists.map(({ id, parameters }) => [
      id,
      filters(
        parameters
          .filter(({ in: place }) => place === "query")
          .map(({ name }) => name)
          .filter((name) => name !== "cursor" && name !== "limit"),
      ),
    ]);
    const asked = Object.entries(asks).map(([id, ways]) => [
      id,
      filters(ways.flatMap(({ query }) => Object.keys(query))),
    ]);
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(specified));
  });

  const cases = lists.flatMap((operation) =>
    (asks[operation.id] ?? []).map((ask) => ({
      name: `${operation.id} by ${Object.keys(ask.query)} ${ask.of ?? ""}`,
      operation,
      ask,
    })),
  );
  it.each(cases)("$name: a page far down costs what the first one costs", async ({ operation, ask }) => {
    const isOperators = operation.credentials.includes("operatorKey");
    const { key, scope } = whose(api.ours, isOperators);
    const path = operation.path.replace("{externalId}", external[ask.of ?? "player"]);
    const url = `${path}?${new URLSearchParams({ ...ask.query, limit: String(pageRows) })}`;
    const first = await ear.page(url, key);
    expect([first.rows, first.nextCursor === null]).toEqual([pageRows, false]);
    const second = await ear.page(url, key, first.nextCursor as string);

    const works = await ear.inScope(scope, async (run) => {
      const rows = await run(withRows(first.statement, 1_000_000));
      expect(rows.length).toBeGreaterThan(pageRows * 6);
      const deep = rows[Math.floor(rows.length / 2)] as { id: string; position: string };
      const end = rows[pageRows - 1] as { id: string; position: string };
      const moved = moveTo(second.statement, end, deep);
      return [await workOf(run, first.statement), await workOf(run, moved)] as [Work, Work];
    });

    for (const { text } of [first.statement, second.statement]) expect(text).not.toMatch(/\boffset\b/i);
    const [top, bottom] = works;
    for (const { nodes, rowsFetched, tree } of works) {
      expect(
        [...nodes].filter((node) => !inOrder.includes(node)),
        tree,
      ).toEqual([]);
      expect(tree).toMatch(/Index/);
      expect(rowsFetched, tree).toBeLessThanOrEqual(ask.examines ? examinedRowsMax : pageRows + 2);
    }
    expect(bottom.blocks, `${top.tree}\n---\n${bottom.tree}`).toBeLessThanOrEqual(
      top.blocks * 1.5 + blocksToSpare,
    );
  });
});

/** What reads an index in its order. Whatever else turns up is wrong, or deserves a thought. */
const inOrder = [
  "Limit",
  "Index Scan",
  "Index Only Scan",
  "Append",
  "Merge Append",
  "Result",
  "Subquery Scan",
  "WindowAgg",
];

function whose(platform: TestPlatform, isOperators: boolean): { key: string; scope: Scope } {
  return isOperators
    ? { key: platform.operator.key, scope: { operatorId: platform.operator.id } }
    : { key: platform.key, scope: { platformId: platform.id } };
}

function withRows({ text, values }: Statement, rows: number): Statement {
  return {
    text: text.replaceAll(new RegExp(`\\b${examinedRowsMax}\\b`, "g"), String(rows)),
    values: values.map((value) => (value === pageRows + 1 ? rows : value)),
  };
}

/** The same page's statement, after another row. */
function moveTo(
  { text, values }: Statement,
  from: { id: string; position: string },
  to: { id: string; position: string },
): Statement {
  const moved = values.map((value) =>
    value === from.position ? to.position : value === from.id ? to.id : value,
  );
  if (!values.includes(from.position) || !values.includes(from.id)) throw new Error(`no cursor in ${text}`);
  return { text, values: moved };
}
