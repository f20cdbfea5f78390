import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

const entities = "/operator-data-api/entities";
const batch = "/operator-data-api/batch";
const schema = {
  entity_types: { guest: { required: ["email"], optional: ["room"] } },
  event_types: { visit: { required: [], optional: ["ip"] } },
  state_keys: ["mood"],
  pii_fields: { guest: ["email"], visit: ["ip"] },
};
type Data = Record<string, unknown>;

let api: TestApi;
let operator: TestOperator;
let email: unknown;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const send = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { key: operator.key, ...(body === undefined ? {} : { body }) });

/** An operator with one guest, of whom the list has shown the email's ciphertext. */
beforeEach(async () => {
  operator = await api.createOperator(api.ours, { template: false });
  const template = await send("POST", "/operator-data-api/templates", { name: "Hotel", schema });
  const { id: templateId } = made<{ id: string }>(template);
  made(await send("PUT", "/operator-data-api/settings", { templateId }));
  const guest = { entityType: "guest", externalId: "g1", data: { email: "nina@example.com" } };
  made(await send("POST", entities, guest));
  [{ email }] = made<{ data: Data }[]>(await send("GET", entities)).map(({ data }) => data) as [Data];
});

describe("a ciphertext in an event", () => {
  it("is rejected with its field, even one of an event of the same entity", async () => {
    const path = `${entities}/g1/events`;
    const event = (data: Data) => ({ eventType: "visit", data });
    made(await send("POST", path, event({ ip: "192.0.2.1" })));
    const [seen] = made<{ data: Data }[]>(await send("GET", path));
    for (const data of [{ ip: seen?.data.ip }, { ip: email }, { note: email }]) {
      const answer = await send("POST", path, event(data));
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_FAILED" } } });
      expect(answer.body.error.details).toMatchObject([{ field: `data.${Object.keys(data)[0]}` }]);
    }
    const items = [event({ ip: seen?.data.ip }), event({ ip: "192.0.2.2" })].map((item) => ({
      ...item,
      externalId: "g1",
    }));
    const report = made<{ errors: Data[] }>(await send("POST", `${batch}/events`, items));
    expect(report).toMatchObject({ succeeded: 1, failed: 1 });
    expect(report.errors).toMatchObject([
      { index: 0, code: "VALIDATION_FAILED", message: expect.stringMatching(/^data\.ip: /) },
    ]);
    expect(made<unknown[]>(await send("GET", path))).toHaveLength(2);
  });
});

it("a state's value is stored as it is sent: states are never encrypted", async () => {
  made(await send("PUT", `${entities}/g1/state/mood`, { value: email }));
  expect(made(await send("GET", `${entities}/g1/state/mood`))).toMatchObject({ value: email });
  const items = [{ externalId: "g1", stateKey: "mood", value: email }];
  expect(made(await send("POST", `${batch}/states`, items))).toMatchObject({ succeeded: 1, failed: 0 });
});
