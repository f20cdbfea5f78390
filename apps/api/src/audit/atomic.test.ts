import type { OperationId } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byOperator, byPlatform } from "../testing/acts.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { whileCommitsAreRefused } from "../testing/refused-commits.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const logs = ["audit_log", "platform_audit_log"];
const acted = ["operators", "api_keys", "settings", "templates", "entities", "erasures"];

/** Everything there is, but for when a key was last used and who read what. */
async function everything(): Promise<string> {
  const rows = await Promise.all(
    [...acted, ...logs].map(async (table) => {
      const [row] = await api.sql<{ rows: string }>(
        `select coalesce(jsonb_agg(r order by r), '[]')::text as rows
         from (select to_jsonb(t) - 'last_used_at' as r from ${table} t) rows
         where coalesce(r ->> 'action', '') not like '%.read'`,
      );
      return `${table} ${row?.rows}`;
    }),
  );
  return rows.join("\n");
}

// acts.test.ts holds these tables against the spec: no operation that manages is missing from them.
const cases = [
  ...Object.keys(byOperator).map((name) => [name, byOperator, "operator"] as const),
  ...Object.keys(byPlatform).map((name) => [name, byPlatform, "platform"] as const),
];

describe("an act and its row in the log stand or fall together:", () => {
  it.each(cases)("%s is not done where the log cannot be written", async (name, acts, by) => {
    await refuse(name as OperationId, acts, by, logs);
  });

  it.each(cases.filter(([name]) => name !== "exportEntity"))(
    "%s leaves no row where it is not done after all",
    async (name, acts, by) => {
      await refuse(name as OperationId, acts, by, acted);
    },
  );
});

async function refuse(
  name: OperationId,
  acts: typeof byOperator,
  by: "operator" | "platform",
  tables: readonly string[],
): Promise<void> {
  const operator = await api.createOperator(api.ours);
  const did = await acts[name]?.(api, operator);
  if (did === undefined) throw new Error("no such act");
  const [method, path, body] = did.request;
  const key = by === "operator" ? operator.key : api.ours.key;
  const before = await everything();
  const answer = await whileCommitsAreRefused(api, tables, () => api.call(method, path, { key, body }));
  expect(answer.status).toBe(500);
  expect(await everything()).toBe(before);
  // It was the commit that was refused, and nothing before.
  expect((await api.call(method, path, { key, body })).status).toBeLessThan(300);
}
