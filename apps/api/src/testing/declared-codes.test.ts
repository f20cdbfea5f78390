import { type ErrorCode, type Operation, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "./expect-error.js";
import { made, startApi, type TestApi, type TestPlatform } from "./harness.js";
import { exampleRequest, keyFor } from "./requests.js";
import { absent, type Kind, makeThings, type Things } from "./things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const settings = "/operator-data-api/settings";

/** What is absent when a code is returned. */
const absentKinds: Partial<Record<ErrorCode, Kind>> = {
  OPERATOR_NOT_FOUND: "operator",
  KEY_NOT_FOUND: "key",
  TEMPLATE_NOT_FOUND: "template",
  ENTITY_NOT_FOUND: "entity",
  EVENT_NOT_FOUND: "event",
  JOB_NOT_FOUND: "job",
  ERASURE_NOT_FOUND: "erasure",
};

interface Case {
  readonly tenant: TestPlatform;
  readonly things: Things;
}

/** Changes what is there so that the operation's example request meets the code; returns what the request names instead. */
const preparations: Partial<Record<ErrorCode, (given: Case) => Promise<Partial<Things>>>> = {
  TEMPLATE_NOT_CONFIGURED: async ({ tenant }) => {
    await api.sql("delete from settings where operator_id = $1", [tenant.operator.id]);
    return {};
  },
  INVALID_STATE_KEY: async () => ({ state: "shoe_size" }),
  STATE_NOT_FOUND: async () => ({ state: "loyalty_tier" }),
  TEMPLATE_IN_USE: async ({ tenant, things }) => {
    const body = { templateId: things.template };
    made(await api.call("PUT", settings, { key: tenant.operator.key, body }));
    return {};
  },
};

const own = (operation: Operation): ErrorCode[] =>
  operation.errorCodes.filter((code) => code in absentKinds || code in preparations);

describe("every code that an operation declares as its own occurs", () => {
  for (const operation of operations) {
    for (const code of own(operation)) {
      it(`${operation.id}: ${code}`, async () => {
        const operator = await api.createOperator(api.ours);
        const tenant = { ...api.ours, operator };
        const things = await makeThings(api, tenant);
        const kind = absentKinds[code];
        const changed =
          kind === undefined ? await preparations[code]?.({ tenant, things }) : { [kind]: absent[kind] };
        const key = keyFor(tenant, operation.credentials[0]!);
        const { method, path, body } = exampleRequest(operation, key, () => ({ ...things, ...changed }));
        const { message } = expectError(await api.call(method, path, { key, body }), code, {
          shape: operation.errorShape,
        });
        if (code !== "TEMPLATE_NOT_CONFIGURED") return;
        expect(message).toContain("PUT /operator-data-api/settings");
        expect(message).toContain("tpl_igaming");
      });
    }
  }
});
