import { Agent, request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { holdTransaction, lockWaiters } from "./held-transaction.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** A request on a connection that its client would keep open. */
function keptAlive(baseUrl: string, agent: Agent, path: string, body?: object) {
  return new Promise<{ status: number | undefined; connection: string | undefined; text: string }>(
    (resolve, reject) => {
      const request = httpRequest(
        `${baseUrl}${path}`,
        {
          agent,
          method: body === undefined ? "GET" : "POST",
          headers: { authorization: `Bearer ${api.ours.operator.key}`, "content-type": "application/json" },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.on("end", () =>
            resolve({ status: response.statusCode, connection: response.headers.connection, text }),
          );
        },
      );
      request.on("error", reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    },
  );
}

it("a server that stops answers what is in flight, takes nothing new, and is gone soon after", async () => {
  const { baseUrl, stop } = await api.startTwin();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const idle = new Agent({ keepAlive: true, maxSockets: 1 });
  await keptAlive(baseUrl, agent, `${entities}/nobody`);
  await keptAlive(baseUrl, idle, `${entities}/nobody`);
  const holder = await holdTransaction(api);
  await holder.run("select pg_advisory_xact_lock(hashtextextended('template:' || $1::text, 0))", [
    api.ours.operator.id,
  ]);
  const inFlight = keptAlive(baseUrl, agent, entities, {
    entityType: "player",
    externalId: "last",
    data: player,
  });
  await lockWaiters(api, 1);

  const stopped = stop(60_000);
  await expect(call(baseUrl, "GET", "/livez")).rejects.toThrow();
  await expect.poll(() => Object.values(idle.freeSockets).length).toBe(0);
  await holder.end("commit");
  const answeredMs = performance.now();
  const answer = await inFlight;
  expect([answer.status, JSON.parse(answer.text).data.action]).toEqual([201, "created"]);
  await stopped;
  // Not as long as a client may keep its connection, nor as long as the deadline.
  expect(performance.now() - answeredMs).toBeLessThan(20_000);
  expect(answer.connection).toBe("close");
  agent.destroy();
  idle.destroy();
});

it("an export in flight is told to leave its connection, too", async () => {
  const { key } = api.ours.operator;
  const body = { entityType: "player", externalId: "exported", data: player };
  expect((await api.call("POST", entities, { key, body })).status).toBe(201);
  const { baseUrl, stop } = await api.startTwin();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const holder = await holdTransaction(api);
  await holder.run("lock table audit_log in exclusive mode");
  const exporting = keptAlive(baseUrl, agent, `${entities}/exported/export`);
  await lockWaiters(api, 1);
  const stopped = stop();
  await expect(call(baseUrl, "GET", "/livez")).rejects.toThrow();
  await holder.end("commit");
  const answer = await exporting;
  expect([answer.status, answer.connection]).toEqual([200, "close"]);
  expect(answer.text).toContain('"type":"end"');
  await stopped;
  agent.destroy();
});

it("a request that never ends does not keep it from stopping", async () => {
  const { baseUrl, stop } = await api.startTwin();
  const holder = await holdTransaction(api);
  await holder.run("select pg_advisory_xact_lock(hashtextextended('template:' || $1::text, 0))", [
    api.ours.operator.id,
  ]);
  const lost = keptAlive(baseUrl, new Agent(), entities, {
    entityType: "player",
    externalId: "lost",
    data: player,
  });
  const ended = expect(lost).rejects.toThrow();
  await lockWaiters(api, 1);
  const stopped = stop();
  await ended;
  await holder.end("rollback");
  await stopped;
});
