import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { jobsDone, killMidway, startTestWorker } from "../testing/worker.js";

const masterKeys = generateMasterKey("erasures");
const data = "/operator-data-api";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const ours = () => api.ours.operator;
const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `${data}${path}`, { key: ours().key, ...(body === undefined ? {} : { body }) });

async function newPlayer(externalId: string): Promise<string> {
  const player = { email: `${externalId}@example.com`, country: "GB", currency: "GBP" };
  const answer = await call("POST", "/entities", { entityType: "player", externalId, data: player });
  return made<{ id: string }>(answer).id;
}

/** As many events of one entity as told, in months past and present, each with something to hide. */
async function addEvents(entityId: string, rows: number): Promise<void> {
  await api.sql(
    `insert into events (operator_id, entity_id, id, event_type, data, sealed, master_key_id, occurred_at)
     select $1, $2, 'eev_' || left(md5($2 || n), 16), 'session', '{"secret": "v1.x", "ip": "192.0.2.7"}', '{secret}', 'k',
       now() - n * interval '3 minutes'
     from generate_series(1, $3::int) n`,
    [ours().id, entityId, rows],
  );
}

const eventsOf = (entityId: string) =>
  api.sql<{ data: object; sealed: string[]; master_key_id: string | null }>(
    "select data, sealed, master_key_id from events where entity_id = $1",
    [entityId],
  );
const redacted = async (entityId: string) =>
  (await eventsOf(entityId)).filter((event) => !("ip" in event.data)).length;
const receipt = async (id: string) => made(await call("GET", `/erasures/${id}`));

async function workOff(): Promise<void> {
  const worker = await startTestWorker(api);
  await jobsDone(api);
  await worker.stop();
}

describe("erasing an entity", () => {
  it("with some events and states is completed at once, and counts them", async () => {
    const entityId = await newPlayer("few");
    await addEvents(entityId, 300);
    made(await call("POST", "/entities/few/events", { eventType: "session", data: { ip: "192.0.2.8" } }));
    for (const key of ["balance", "kyc_status"]) made(await call("PUT", `/entities/few/state/${key}`, 7));
    const erased = made<{ erasureId: string }>(await call("DELETE", "/entities/few"));
    expect(erased).toMatchObject({ status: "completed" });
    expect(await receipt(erased.erasureId)).toMatchObject({
      entityId,
      status: "completed",
      eventsRedacted: 301,
      statesRemoved: 2,
      completedAt: expect.any(String),
    });
    for (const event of await eventsOf(entityId))
      expect(event).toEqual({ data: { erased: true }, sealed: [], master_key_id: null });
    expect(await api.sql("select from states where entity_id = $1", [entityId])).toHaveLength(0);
    expect(await api.sql("select from graphile_worker.jobs")).toHaveLength(0);
  });

  it("does up to 10,000 events at once, and one more in the background", async () => {
    const [small, big] = [await newPlayer("small"), await newPlayer("big")];
    await addEvents(small, 10_000);
    await addEvents(big, 10_001);
    expect(made(await call("DELETE", "/entities/small"))).toMatchObject({ status: "completed" });
    expect(await redacted(small)).toBe(10_000);
    const { erasureId } = made<{ erasureId: string }>(await call("DELETE", "/entities/big"));
    expect(await receipt(erasureId)).toMatchObject({
      status: "running",
      eventsRedacted: 0,
      completedAt: null,
    });
    await workOff();
    expect(await redacted(big)).toBe(10_001);
    expect(await receipt(erasureId)).toMatchObject({ status: "completed", eventsRedacted: 10_001 });
  });

  it("in the background is over for every reader at once, and never touches who comes after under the same name", async () => {
    const old = await newPlayer("again");
    await addEvents(old, 10_001);
    const [{ id: eventId }] = (await api.sql<{ id: string }>(
      "select id from events where entity_id = $1 limit 1",
      [old],
    )) as [{ id: string }];
    const { erasureId } = made<{ erasureId: string }>(await call("DELETE", "/entities/again"));
    for (const path of [
      "",
      "/events",
      "/events?archived=true",
      `/events/${eventId}`,
      "/state",
      "/state/balance",
    ])
      expect((await call("GET", `/entities/again${path}`)).status).toBe(404);
    expect((await call("DELETE", "/entities/again")).status).toBe(404);

    const fresh = await newPlayer("again");
    expect(fresh).not.toBe(old);
    made(await call("POST", "/entities/again/events", { eventType: "session", data: { ip: "192.0.2.9" } }));
    made(await call("PUT", "/entities/again/state/balance", 5));
    await workOff();
    expect(await receipt(erasureId)).toMatchObject({ status: "completed", eventsRedacted: 10_001 });
    expect((await call("GET", "/entities/again/events")).body.data).toMatchObject([
      { data: { ip: "192.0.2.9" } },
    ]);
    expect((await call("GET", "/entities/again/state/balance")).body.data.value).toBe(5);
  });

  it("is finished by another worker when the first was killed, and counts each event once", async () => {
    const entityId = await newPlayer("killed");
    await addEvents(entityId, 12_000);
    const { erasureId } = made<{ erasureId: string }>(await call("DELETE", "/entities/killed"));
    await killMidway(api, {
      masterKeys,
      // Oldest first, so the newest is in the third and last batch.
      lock: `select from events where entity_id = '${entityId}' order by occurred_at desc limit 1 for update`,
      reached: async () => (await redacted(entityId)) === 10_000,
    });
    expect(await receipt(erasureId)).toMatchObject({ status: "running", eventsRedacted: 10_000 });
    await workOff();
    expect(await redacted(entityId)).toBe(12_000);
    expect(await receipt(erasureId)).toMatchObject({ status: "completed", eventsRedacted: 12_000 });
  });

  it("gets its job again from the daily run should that have been given up", async () => {
    const entityId = await newPlayer("lost");
    await addEvents(entityId, 10_001);
    const { erasureId } = made<{ erasureId: string }>(await call("DELETE", "/entities/lost"));
    await api.sql("delete from graphile_worker._private_jobs");
    await api.sql("select graphile_worker.add_job('retain', $1, job_key := 'retain')", [
      JSON.stringify({ operatorId: ours().id }),
    ]);
    await workOff();
    expect(await receipt(erasureId)).toMatchObject({ status: "completed", eventsRedacted: 10_001 });
  });

  it("rolls back whole: no job is left of an erasure that did not happen", async () => {
    const entityId = await newPlayer("rollback");
    await addEvents(entityId, 10_001);
    await api.sql("alter table erasures add constraint broken check (status <> 'running') not valid");
    expect((await call("DELETE", "/entities/rollback")).status).toBe(500);
    await api.sql("alter table erasures drop constraint broken");
    expect((await call("GET", "/entities/rollback")).status).toBe(200);
    expect(await redacted(entityId)).toBe(0);
    expect(await api.sql("select from graphile_worker.jobs")).toHaveLength(0);
  });
});
