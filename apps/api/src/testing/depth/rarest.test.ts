import type { Scope } from "@onehazel/db";
import { dereference, document, type Operation, type OperationObject, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../harness.js";
import { type Work, workOf } from "./plan.js";
import { type Haystack, haystackRows, makeHaystack } from "./rarest-rows.js";
import { Eavesdropper, type Statement } from "./statements.js";

/** What a request for one page may look at, however rare the match: rows of tables, and blocks of tables and indexes. */
const rowsMax = 2_100;
const blocksMax = 2_500;
const pagesMax = 2 + haystackRows / 1_000;

/** A list with the filters that the spec gives it. */
interface List {
  readonly operation: Operation;
  readonly filters: readonly string[];
}

const lists: readonly List[] = operations
  .filter(({ id, method }) => method === "GET" && showsArray(id))
  .map((operation) => ({
    operation,
    filters: operation.parameters
      .filter(({ in: place, name }) => place === "query" && name !== "cursor" && name !== "limit")
      .map(({ name }) => name),
  }));

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

/** For each filter of each list the value that only the last row in the list's order has, or that leaves every row in. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  listEntities: { entityType: "player", updatedSince: ago(3_650) },
  listEvents: { eventType: "transaction", from: ago(1_800), to: ago(0), archived: "true" },
  listStates: {},
  listBatchJobs: {},
  listRetentionRuns: {},
  listOperatorAudit: { action: "key.delete", targetId: "ent_00000000000000bb", from: ago(3_650), to: ago(0) },
  listPlatformAudit: { action: "key.delete", targetId: "ent_00000000000000bb", from: ago(3_650), to: ago(0) },
  listOperators: { status: "active", plan: "pro", q: "nEEdle" },
  listApiKeys: {},
  listOperatorApiKeys: {},
  listTemplates: {},
};

/** The filters that only the needle passes. */
const rare = ["entityType", "eventType", "action", "targetId", "status", "plan", "q"];

interface Case {
  readonly name: string;
  readonly operation: Operation;
  readonly path: (haystack: Haystack) => string;
  readonly findsNeedle: boolean;
  /** Whether the platform is the one whose operators are mixed. */
  readonly ofMixed: boolean;
}

const bothOfAct: Readonly<Record<string, string>> = { action: "user.link", targetId: "ent_00000000000000aa" };

const cases: readonly Case[] = [
  ...lists.flatMap(({ operation, filters }) => subsetsOf(filters).map((chosen) => caseOf(operation, chosen))),
  {
    ...caseOf(operations.find(({ id }) => id === "listEvents") as Operation, ["from"]),
    name: "listEvents by from, of an entity that has most events and none of this time",
    path: ({ whale }) => `/operator-data-api/entities/${whale}/events?from=${ago(380)}&archived=true`,
  },
];

function caseOf(operation: Operation, chosen: readonly string[]): Case {
  const has = (...names: string[]) => names.every((name) => chosen.includes(name));
  const given: Readonly<Record<string, string>> = {
    ...values[operation.id],
    ...(has("action", "targetId") ? bothOfAct : {}),
  };
  const query = new URLSearchParams(Object.fromEntries(chosen.map((name) => [name, given[name] ?? ""])));
  return {
    name: `${operation.id} by ${chosen.join(", ") || "no filter"}`,
    operation,
    path: ({ player }) =>
      `${operation.path.replace("{externalId}", player).replace("{id}", api.ours.operator.id)}?${query}`,
    findsNeedle: chosen.some((name) => rare.includes(name)),
    ofMixed: has("status", "plan"),
  };
}

/** Says of each filter's commonest value, which our rows lack, that all rows have it. */
const skewStatistics = `
  update pg_statistic s
  set stanumbers1 = array[0.9999::real] || array_fill(0.00001::real, array[array_length(stanumbers1, 1) - 1])
  from pg_attribute a
  where a.attrelid = s.starelid and a.attnum = s.staattnum and stakind1 = 1
    and a.attname in ('entity_type', 'entity_id', 'event_type', 'action', 'target_id', 'status', 'plan')`;

let api: TestApi;
let ear: Eavesdropper;
let haystack: Haystack;
/** The pages of each case, each as the statements that found it. */
const pages = new Map<string, Statement[][]>();

beforeAll(async () => {
  api = await startApi();
  haystack = await makeHaystack(api);
  ear = await Eavesdropper.start(api);
});
afterAll(() => api.stop());

it("every list and every filter of the spec has its rarest match here", () => {
  const specified = lists.map(({ operation, filters }) => [operation.id, [...filters].sort()]);
  const known = Object.entries(values).map(([id, filters]) => [id, Object.keys(filters).sort()]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(specified));
});

it.each(lists.filter(({ operation }) => operation.parameters.some(({ name }) => name === "cursor")))(
  "$operation.id says that only nextCursor tells whether there is more",
  ({ operation }) => {
    expect(String(objectOf(operation.id)?.description).replaceAll(/\s+/g, " ")).toContain(
      "only `nextCursor` says",
    );
  },
);

describe("every combination of filters finds the rarest match, with bounded work per page", () => {
  it.each(cases)("$name", async ({ name, operation, path, findsNeedle, ofMixed }) => {
    const key = ofMixed ? haystack.mixed.key : keyOf(operation);
    const found: unknown[] = [];
    const heard: Statement[][] = [];
    for (let cursor: string | null | undefined = ""; typeof cursor === "string"; ) {
      const { body, statements } = await ear.statementsOf(
        `${path(haystack)}${cursor === "" ? "" : `&cursor=${cursor}`}`,
        key,
      );
      heard.push(statements);
      found.push(...body.data);
      cursor = body.nextCursor;
      if (!findsNeedle && heard.length === 2) break;
      expect(heard.length).toBeLessThanOrEqual(pagesMax);
    }
    pages.set(name, heard);
    if (findsNeedle) expect(found.length).toBeLessThanOrEqual(2);
    if (findsNeedle) expect(found.length).toBeGreaterThanOrEqual(1);
  });
});

describe.each([
  ["without statistics", "delete from pg_statistic"],
  ["with statistics that say almost every row matches", "analyze"],
  ["with statistics that say every row matches", skewStatistics],
])("%s", (_, prepare) => {
  beforeAll(async () => {
    await api.sql(prepare);
  });

  it.each(cases)("$name", async ({ name, operation, ofMixed }) => {
    const heard = pages.get(name) ?? [];
    expect(heard.length).toBeGreaterThan(0);
    for (const statements of [heard[0], heard.at(-1)] as Statement[][]) {
      const works = await replay(scopeOf(operation, ofMixed), statements);
      const tree = works.map((work) => work.tree).join("\n");
      expect(works.length).toBeGreaterThan(0);
      if (process.env.DEPTH_PLANS) process.stdout.write(`${name}\n${tree}\n\n`);
      expect(sumOf(works, "rowsFetched"), tree).toBeLessThanOrEqual(rowsMax);
      expect(sumOf(works, "blocks"), tree).toBeLessThanOrEqual(blocksMax);
    }
  });
});

/** Carries out what a request did once more, in one transaction, and tells what each of its reads took. */
async function replay(scope: Scope, statements: readonly Statement[]): Promise<Work[]> {
  const works: Work[] = [];
  await ear.inScope(scope, async (run) => {
    for (const statement of statements) {
      if (/set_config/.test(statement.text)) await run(statement);
      else if (/^\s*(select|with)\b/i.test(statement.text)) works.push(await workOf(run, statement));
    }
  });
  return works;
}

function scopeOf(operation: Operation, ofMixed: boolean): Scope {
  if (operation.credentials.includes("operatorKey")) return { operatorId: api.ours.operator.id };
  return { platformId: ofMixed ? haystack.mixed.id : api.ours.id };
}

function sumOf(works: readonly Work[], what: "rowsFetched" | "blocks"): number {
  return works.reduce((sum, work) => sum + work[what], 0);
}

function keyOf(operation: Operation): string {
  return operation.credentials.includes("operatorKey") ? api.ours.operator.key : api.ours.key;
}

function objectOf(id: string): (OperationObject & { readonly description?: string }) | undefined {
  return Object.values(document.paths)
    .flatMap((path) => Object.values(path) as OperationObject[])
    .find(({ operationId }) => operationId === id);
}

/** Whether a success of the operation shows an array. */
function showsArray(id: string): boolean {
  const response = objectOf(id)?.responses["200"];
  if (response === undefined) return false;
  const { content } = dereference(response as { content: Record<string, { schema: object }> });
  const schema = content["application/json"]?.schema;
  if (schema === undefined) return false;
  const data = (dereference(schema) as { properties?: Record<string, object> }).properties?.data;
  return data !== undefined && (dereference(data) as { type?: string }).type === "array";
}

function subsetsOf(names: readonly string[]): string[][] {
  const subsets: string[][] = [[]];
  for (const name of names) subsets.push(...subsets.map((subset) => [...subset, name]));
  return subsets;
}
