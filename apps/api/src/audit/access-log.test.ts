import { openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Access } from "../http/context.js";
import { createLogger } from "../http/log.js";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { AccessLog } from "./access-log.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const accessesOf = (operatorId: string) =>
  api.sql<{ action: string; target_id: string; actor_id: string; request_id: string; age_s: number }>(
    `select action, target_id, actor_id, request_id, extract(epoch from now() - at)::float8 as age_s
     from audit_log where operator_id = $1 and action in ('entity.read', 'event.read') order by at, id`,
    [operatorId],
  );

describe("a read of personal data in clear", () => {
  it("is on record about a second later: who, what, under which request", async () => {
    const { id: operatorId, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    const entity = made<{ id: string }>(await api.call("POST", entities, { key, body }));
    const event = made<{ id: string }>(
      await api.call("POST", `${entities}/p1/events`, { key, body: { eventType: "session", data: {} } }),
    );
    const headers = { "X-Request-Id": "reads" };
    await api.call("GET", `${entities}/p1`, { key, headers });
    await api.call("GET", `${entities}/p1/events/${event.id}`, { key, headers });
    await expect.poll(() => accessesOf(operatorId), { timeout: 60_000 }).toHaveLength(2);
    const [first, second] = await accessesOf(operatorId);
    expect(first).toMatchObject({ action: "entity.read", target_id: entity.id, request_id: "reads" });
    expect(second).toMatchObject({ action: "event.read", target_id: event.id, request_id: "reads" });
    const [{ id: keyId }] = made<[{ id: string }]>(await api.call("GET", "/api-keys", { key }));
    expect([first?.actor_id, second?.actor_id]).toEqual([keyId, keyId]);
  });

  it("is none when nothing was found, and a list shows none", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    made(await api.call("POST", entities, { key, body }));
    await api.call("GET", `${entities}/nobody`, { key });
    await api.call("GET", entities, { key });
    await api.call("GET", `${entities}/p1/events`, { key });
    await api.call("GET", `${entities}/p1/events/eev_0000000000000000`, { key });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await accessesOf(id)).toEqual([]);
  });

  it("is on record when the server has stopped", async () => {
    const { id, key } = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId: "p1", data: player };
    made(await api.call("POST", entities, { key, body }));
    const twin = await api.startTwin();
    await fetch(`${twin.baseUrl}${entities}/p1`, { headers: { authorization: `Bearer ${key}` } });
    await twin.stop();
    expect(await accessesOf(id)).toHaveLength(1);
  });
});

describe("what is written behind", () => {
  const access = (operatorId: string, requestId: string): Access => ({
    operatorId,
    actor: { type: "operatorKey", id: "b2c3d4e5-f6a7-4901-bcde-f12345678901" },
    action: "entity.read",
    target: { type: "entity", id: "ent_a1b2c3d4e5f67890" },
    entityId: "ent_a1b2c3d4e5f67890",
    requestId,
  });

  it("goes to each operator's own log, thousands at once, at the time of the read", async () => {
    const operators = [await api.createOperator(api.ours), await api.createOperator(api.theirs)];
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const log = new AccessLog(db, createLogger("silent"));
    for (let n = 0; n < 2_500; n += 1) log.note(access(operators[n % 2]?.id ?? "", `r${n}`));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await log.flush();
    for (const [index, { id }] of operators.entries()) {
      const rows = await accessesOf(id);
      expect(rows).toHaveLength(1_250);
      expect(new Set(rows.map(({ request_id }) => Number(request_id.slice(1)) % 2))).toEqual(
        new Set([index]),
      );
      expect(rows[0]?.age_s).toBeGreaterThan(1.1);
    }
    await db.close();
  });

  it("is kept while the database refuses it, and written once that is over", async () => {
    const { id } = await api.createOperator(api.ours);
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const log = new AccessLog(db, createLogger("silent"));
    log.note(access(id, "kept"));
    await api.sql("revoke execute on function record_accesses from onehazel_server");
    await log.flush();
    expect(await accessesOf(id)).toEqual([]);
    await api.sql("grant execute on function record_accesses to onehazel_server");
    await log.flush();
    await log.flush();
    expect((await accessesOf(id)).map(({ request_id }) => request_id)).toEqual(["kept"]);
    await db.close();
  });

  it("of one operator, however many, leave room for the records of others", async () => {
    const flooding = await api.createOperator(api.ours);
    const other = await api.createOperator(api.theirs);
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const log = new AccessLog(db, createLogger("silent"));
    for (let n = 0; n < 200_000; n += 1) log.note(access(flooding.id, "flood"));
    log.note(access(other.id, "kept"));
    await log.flush();
    expect((await accessesOf(other.id)).map(({ request_id }) => request_id)).toEqual(["kept"]);
    // What was written makes room again.
    log.note(access(flooding.id, "later"));
    await log.flush();
    const later = "select 1 from audit_log where operator_id = $1 and request_id = 'later'";
    expect(await api.sql(later, [flooding.id])).toHaveLength(1);
    await db.close();
  }, 300_000);
});
