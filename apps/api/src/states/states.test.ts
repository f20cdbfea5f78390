import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "../testing/expect-error.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const base = "/operator-data-api/entities";
const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(prefixes)("states under %j", (prefix) => {
  let operator: TestOperator;
  beforeAll(async () => {
    operator = await api.createOperator(api.ours);
    for (const externalId of ["p1", "p2"]) {
      const body = { entityType: "player", externalId, data: player };
      made(await api.call("POST", base, { key: operator.key, body }));
    }
  });

  const path = (rest: string, externalId: string) => `${prefix}${base}/${externalId}/state${rest}`;
  const put = (key: string, body: string, headers: Record<string, string> = {}, externalId = "p1") =>
    api.call("PUT", path(`/${key}`, externalId), { key: operator.key, body, headers });
  const get = (rest: string, externalId = "p1") =>
    api.call("GET", path(rest, externalId), { key: operator.key });

  it("hold any JSON, bare or as the only key of an object", async () => {
    const values: readonly (readonly [string, unknown])[] = [
      ['{"value":150.5}', 150.5],
      ["150.5", 150.5],
      ['"gold"', "gold"],
      ["false", false],
      ["null", null],
      ['{"value":null}', null],
      ["[]", []],
      ["{}", {}],
      ['{"value":{"value":1}}', { value: 1 }],
      ['{"value":1,"unit":"GBP"}', { value: 1, unit: "GBP" }],
    ];
    for (const [body, value] of values) {
      const answer = await put("balance", body);
      expect([answer.status, answer.body]).toEqual([
        200,
        { success: true, data: { stateKey: "balance", value } },
      ]);
      const state = { state_key: "balance", value, updated_at: expect.stringMatching(milliseconds) };
      expect((await get("/balance")).body).toEqual({ success: true, data: state });
      expect((await get("")).body).toEqual({ success: true, data: [state] });
    }
    expectError(await put("balance", ""), "INVALID_JSON");
    expectError(await put("balance", "9007199254740993"), "VALIDATION_FAILED");
  });

  it("keep the last write, and a repeat is none", async () => {
    const headers = { "idempotency-key": `state-${prefix.length}` };
    const first = await put("risk_score", "1", headers);
    await put("risk_score", "2");
    const again = await put("risk_score", " 1 ", headers);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await get("/risk_score")).body.data.value).toBe(2);
  });

  it("have the keys that the template names, and no others of any form", async () => {
    for (const key of [
      "unheard_of",
      "BALANCE",
      "a.b",
      "%20",
      "%00",
      "%zz",
      "x".repeat(65),
      "x".repeat(5_000),
    ]) {
      expectError(await put(key, "1"), "INVALID_STATE_KEY");
      expectError(await get(`/${key}`), "INVALID_STATE_KEY");
    }
  });

  it("that were never set, or of nobody, are not found", async () => {
    expectError(await get("/kyc_status"), "STATE_NOT_FOUND");
    expect((await get("", "p2")).body).toEqual({ success: true, data: [] });
    // The thing goes before the template.
    for (const key of ["balance", "unheard_of"]) {
      expectError(await put(key, "1", {}, "nobody"), "ENTITY_NOT_FOUND");
      expectError(await get(`/${key}`, "nobody"), "ENTITY_NOT_FOUND");
    }
    expectError(await get("", "nobody"), "ENTITY_NOT_FOUND");
  });
});
