import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "../testing/call.js";
import { expectError } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
let urls: string[];
beforeAll(async () => {
  api = await startApi();
  urls = [api.baseUrl, (await api.startTwin()).baseUrl];
});
afterAll(() => api.stop());

const statusOf = (id: string, status: string) =>
  api.call("PUT", `/platform-api/operators/${id}`, { key: api.ours.key, body: { status } });

it("a suspension and its end bite on the very next request, on every instance, warm connections and all", async () => {
  const { id, key } = await api.createOperator(api.ours);
  const read = (url: string) => call(url, "GET", "/operator-data-api/entities", { key });
  const write = (url: string) => {
    const body = { entityType: "player", externalId: "p", data: player };
    return call(url, "POST", "/operator-data-api/entities", { key, body });
  };
  for (let round = 0; round < 5; round += 1) {
    for (const url of urls) expect((await read(url)).status).toBe(200);
    await statusOf(id, "suspended");
    for (const url of urls) {
      expectError(await read(url), "AUTH_SUSPENDED");
      expectError(await write(url), "AUTH_SUSPENDED");
    }
    await statusOf(id, "active");
    for (const url of urls) expect([200, 201]).toContain((await write(url)).status);
  }
});

it("a revocation bites on the very next request, on every instance", async () => {
  const { id, key } = await api.createOperator(api.ours);
  const { id: spareId, key: spare } = await api.createKey(api.ours, id);
  for (const url of urls) expect((await call(url, "GET", "/api-keys", { key: spare })).status).toBe(200);
  await api.call("DELETE", `/api-keys?id=${spareId}`, { key });
  for (const url of urls) {
    expectError(await call(url, "GET", "/api-keys", { key: spare }), "AUTH_REVOKED", { shape: "sentence" });
  }
});

it("while an operator is suspended its platform still reads and updates it, and tends its keys", async () => {
  const { id, key } = await api.createOperator(api.ours);
  const path = `/platform-api/operators/${id}`;
  const asPlatform = (method: string, to = "", body?: object) =>
    api.call(method, `${path}${to}`, { key: api.ours.key, body });
  await asPlatform("DELETE");

  expect((await asPlatform("GET")).body.data.status).toBe("suspended");
  expect((await asPlatform("PUT", "", { plan: "paused" })).body.data).toMatchObject({
    plan: "paused",
    status: "suspended",
  });
  const early = (await asPlatform("POST", "/api-keys")).body.data;
  const doomed = (await asPlatform("POST", "/api-keys")).body.data;
  expect((await asPlatform("DELETE", `/api-keys/${doomed.id}`)).status).toBe(200);
  expect((await asPlatform("GET", "/api-keys")).body.data).toHaveLength(3);
  const other = await api.call("POST", "/api-keys", { key: api.ours.key, body: { operatorId: id } });
  expect(other.status).toBe(201);
  expectError(await api.call("GET", "/api-keys", { key: early.key }), "AUTH_SUSPENDED", {
    shape: "sentence",
  });

  await statusOf(id, "active");
  for (const back of [key, early.key, other.body.data.key]) {
    expect((await api.call("GET", "/api-keys", { key: back })).status).toBe(200);
  }
  expectError(await api.call("GET", "/api-keys", { key: doomed.key }), "AUTH_REVOKED", { shape: "sentence" });
});
