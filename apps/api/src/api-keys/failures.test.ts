import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { absent } from "../testing/things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterEach(async () => {
  await api.sql("grant all on api_keys to onehazel_server");
});
afterAll(() => api.stop());

/** A database that answers and refuses: what only a fault of ours could bring about. */
const forbid = (what: string) => api.sql(`revoke ${what} on api_keys from onehazel_server`);

describe("a fault of ours under /api-keys is told in its own sentence, and its cause to the log alone:", () => {
  const cases: readonly (readonly [sentence: string, method: string, query: string, body: boolean])[] = [
    ["Failed to create key", "POST", "", true],
    ["Failed to list keys", "GET", "", false],
    ["Failed to rename key", "PATCH", "", true],
    ["Failed to revoke key", "DELETE", `?id=${absent.key}`, false],
    ["Failed to delete key", "DELETE", `?id=${absent.key}&hard=true`, false],
  ];
  it("of each method", async () => {
    const { key, id } = api.ours.operator;
    const bodies: Record<string, object> = {
      POST: { operatorId: id },
      PATCH: { id: absent.key, label: "x" },
    };
    await forbid("all");
    for (const [sentence, method, query, hasBody] of cases) {
      const body = hasBody ? bodies[method] : undefined;
      const answer = await api.call(method, `/api-keys${query}`, { key, body });
      expect(expectError(answer, "INTERNAL_ERROR", { shape: "sentence" }).message).toBe(sentence);
      const line = api.logLines.find(
        (candidate) => candidate.includes(answer.body.requestId) && candidate.includes('"level":50'),
      );
      expect([sentence, line]).toEqual([sentence, expect.stringContaining("42501")]);
    }
  });

  it("of a hard delete that fails at its last step", async () => {
    const { key, id } = api.ours.operator;
    const spare = await api.createKey(api.ours, id);
    await api.call("DELETE", `/api-keys?id=${spare.id}`, { key });
    await forbid("delete");
    const answer = await api.call("DELETE", `/api-keys?id=${spare.id}&hard=true`, { key });
    expect(expectError(answer, "INTERNAL_ERROR", { shape: "sentence" }).message).toBe("Failed to delete key");
  });

  it("elsewhere in one sentence for all", async () => {
    await forbid("all");
    const path = `/platform-api/operators/${api.ours.operator.id}/api-keys`;
    const { message } = expectError(await api.call("GET", path, { key: api.ours.key }), "INTERNAL_ERROR");
    expect(message).not.toMatch(/api_keys|permission|42501/);
  });
});
