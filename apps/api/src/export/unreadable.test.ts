import { get } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

const entities = "/operator-data-api/entities";
const schema = {
  entity_types: { guest: { required: [], optional: ["email"] } },
  event_types: { visit: { required: [], optional: ["ip", "note"] } },
  state_keys: ["mood"],
  pii_fields: { guest: ["email"], visit: ["ip"] },
};

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.call(method, path, { key: operator.key, headers, ...(body === undefined ? {} : { body }) });

beforeEach(async () => {
  operator = await api.createOperator(api.ours, { template: false });
  const template = await send("POST", "/operator-data-api/templates", { name: "Hotel", schema });
  const { id: templateId } = made<{ id: string }>(template);
  made(await send("PUT", "/operator-data-api/settings", { templateId }));
  made(
    await send("POST", entities, {
      entityType: "guest",
      externalId: "g1",
      data: { email: "g1@example.com" },
    }),
  );
});
const visit = (note: string) =>
  send("POST", `${entities}/g1/events`, { eventType: "visit", data: { ip: "192.0.2.1", note } }).then(made);
const damage = (table: string, field: string) =>
  api.sql(
    `update ${table} set data = data || jsonb_build_object($2::text, 'v1.test1.damaged') where operator_id = $1`,
    [operator.id, field],
  );

const isOrdinaryError = async () => {
  const answer = await send("GET", `${entities}/g1/export`, undefined, { "x-request-id": "export-1" });
  expect([answer.status, answer.body.error?.code, answer.body.requestId]).toEqual([
    500,
    "INTERNAL_ERROR",
    "export-1",
  ]);
  expect(answer.headers.get("x-request-id")).toBe("export-1");
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.text).not.toContain("damaged");
  expect((await send("HEAD", `${entities}/g1/export`)).status).toBe(500);
};

it("an unreadable entity causes an ordinary error response", async () => {
  await damage("entities", "email");
  await isOrdinaryError();
});

it("an unreadable event near the start causes an ordinary error response", async () => {
  await visit("short");
  await damage("events", "ip");
  await isOrdinaryError();
});

it("an unreadable event after the first chunk was sent cuts the connection", async () => {
  const note = "x".repeat(60_000);
  for (let n = 0; n < 4; n += 1) await visit(`${n}${note}`);
  await api.sql(
    `update events set data = data || '{"ip": "v1.test1.damaged"}'
     where operator_id = $1 and id = (select id from events where operator_id = $1 order by occurred_at desc, id desc limit 1)`,
    [operator.id],
  );
  const headers = { authorization: `Bearer ${operator.key}` };
  const reading = new Promise<string>((resolve, reject) => {
    get(`${api.baseUrl}${entities}/g1/export`, { headers }, (response) => {
      expect(response.statusCode).toBe(200);
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text)).on("error", reject);
    }).on("error", reject);
  });
  await expect(reading).rejects.toThrow("aborted");
});
