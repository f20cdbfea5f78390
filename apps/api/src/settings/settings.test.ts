import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallOptions } from "../testing/call.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours, { template: false });
});
afterAll(() => api.stop());

const nothing = { template: null, dataRetentionDays: null, retentionPolicy: null };
const template = { id: "tpl_igaming", name: "iGaming", version: "1.0" };
const bounds = (hot_days: number, archive_days: number) => ({ hot_days, archive_days });

for (const prefix of prefixes)
  describe(`${prefix}/operator-data-api/settings`, () => {
    const send = (method: string, options: CallOptions = {}) =>
      api.call(method, `${prefix}/operator-data-api/settings`, { key: operator.key, ...options });
    const put = (body: unknown, headers: Record<string, string> = {}) => send("PUT", { body, headers });
    const get = async () => (await send("GET")).body;

    it("are all null before anything was set, and after an empty change", async () => {
      expect(await get()).toEqual({ success: true, data: nothing });
      expect((await put({})).body).toEqual({ success: true, data: nothing });
      expect(await get()).toEqual({ success: true, data: nothing });
    });

    it("change as told and stay otherwise; the answer is what GET says", async () => {
      const policy = { entity_events: bounds(90, 365), entity_states: bounds(30, 1825) };
      const steps: readonly (readonly [object, object])[] = [
        [{ templateId: "tpl_igaming" }, { template }],
        [{ dataRetentionDays: 365 }, { dataRetentionDays: 365 }],
        [{ retentionPolicy: policy }, { retentionPolicy: policy }],
        [
          { retentionPolicy: { entity_states: bounds(40, 40) } },
          { retentionPolicy: { entity_states: bounds(40, 40) } },
        ],
        [{ retentionPolicy: {} }, { retentionPolicy: {} }],
        [{ dataRetentionDays: null }, { dataRetentionDays: null }],
        [{ retentionPolicy: null }, { retentionPolicy: null }],
        [
          { templateId: "tpl_igaming", dataRetentionDays: 30 },
          { template, dataRetentionDays: 30 },
        ],
        [{ dataRetentionDays: 1825 }, { dataRetentionDays: 1825 }],
      ];
      let expected: object = nothing;
      for (const [body, change] of steps) {
        expected = { ...expected, ...change };
        const answer = await put(body);
        expect([answer.status, answer.body]).toEqual([200, { success: true, data: expected }]);
        expect(await get()).toEqual(answer.body);
      }
    });

    it("refuse what is out of bounds, each fault by its field, and change nothing", async () => {
      await put({ templateId: "tpl_igaming", dataRetentionDays: 100 });
      const before = await get();
      const faults: readonly (readonly [object, string[]])[] = [
        [{ dataRetentionDays: 29 }, ["dataRetentionDays"]],
        [{ dataRetentionDays: 1826 }, ["dataRetentionDays"]],
        [{ dataRetentionDays: 30.5 }, ["dataRetentionDays"]],
        [{ dataRetentionDays: "365" }, ["dataRetentionDays"]],
        [{ templateId: null }, ["templateId"]],
        [{ templateId: "" }, ["templateId"]],
        [{ retentionPolicy: [] }, ["retentionPolicy"]],
        [{ retentionPolicy: { other: bounds(30, 30) } }, ["retentionPolicy.other"]],
        [{ retentionPolicy: { entity_events: null } }, ["retentionPolicy.entity_events"]],
        [
          { retentionPolicy: { entity_events: { hot_days: 30 } } },
          ["retentionPolicy.entity_events.archive_days"],
        ],
        [
          { retentionPolicy: { entity_events: { archive_days: 30 } } },
          ["retentionPolicy.entity_events.hot_days"],
        ],
        [{ retentionPolicy: { entity_events: bounds(29, 100) } }, ["retentionPolicy.entity_events.hot_days"]],
        [
          { retentionPolicy: { entity_states: bounds(30, 1826) } },
          ["retentionPolicy.entity_states.archive_days"],
        ],
        [
          { retentionPolicy: { entity_states: bounds(100, 99) } },
          ["retentionPolicy.entity_states.archive_days"],
        ],
        [
          {
            dataRetentionDays: 1,
            Surprise: 1,
            retentionPolicy: { entity_events: bounds(60, 59), entity_states: bounds(31, 30) },
          },
          [
            "Surprise",
            "dataRetentionDays",
            "retentionPolicy.entity_events.archive_days",
            "retentionPolicy.entity_states.archive_days",
          ],
        ],
      ];
      for (const [body, expected] of faults) {
        expect(expectError(await put(body), "VALIDATION_FAILED").fields.sort()).toEqual(expected);
      }
      expect(await get()).toEqual(before);
    });

    it("know no template that isn't there, and change nothing else either", async () => {
      for (const templateId of ["tpl_unknown", "igaming", "TPL_IGAMING", "x".repeat(300)]) {
        expectError(await put({ templateId, dataRetentionDays: 100 }), "TEMPLATE_NOT_FOUND");
      }
      expect((await get()).data).toEqual(nothing);
      const both = { templateId: "tpl_unknown", retentionPolicy: { entity_events: bounds(60, 59) } };
      expectError(await put(both), "VALIDATION_FAILED");
    });

    it("are idempotent: a repeat answers as the first time and does not undo what came between", async () => {
      const headers = { "idempotency-key": `settings-${prefix.length}` };
      const first = await put({ dataRetentionDays: 100, templateId: "tpl_igaming" }, headers);
      await put({ dataRetentionDays: 200 });
      const again = await put('{"templateId":"tpl_igaming",  "dataRetentionDays":100}', headers);
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect((await get()).data.dataRetentionDays).toBe(200);
      expectError(await put({ dataRetentionDays: 100 }, headers), "IDEMPOTENCY_KEY_REUSED");
      expectError(await put({ templateId: "tpl_unknown" }, headers), "IDEMPOTENCY_KEY_REUSED");
      const crossed = { retentionPolicy: { entity_events: bounds(60, 59) } };
      expectError(await put(crossed, headers), "VALIDATION_FAILED");
    });
  });
