import { type Database, inTenant, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { holdTransaction, lockWaiters } from "../testing/held-transaction.js";
import { addReads, addReplies, addReports } from "../testing/volumes.js";
import { advanceErasure } from "./repository.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
let worker: Database;
beforeAll(async () => {
  api = await startApi();
  worker = openDatabase({ ...api.database.worker, poolMax: 1 });
});
afterAll(async () => {
  await worker.close();
  await api.stop();
});

const operatorId = () => api.ours.operator.id;
const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `/operator-data-api/${path}`, {
    key: api.ours.operator.key,
    ...(body === undefined ? {} : { body }),
  });

async function newPlayer(externalId: string): Promise<string> {
  const body = { entityType: "player", externalId, data: player };
  return made<{ id: string }>(await call("POST", "entities", body)).id;
}

async function addStatesAndEvents(entityId: string, states: number, events: number): Promise<string[]> {
  await api.sql(
    `insert into states (operator_id, entity_id, state_key, value)
     select $1, $2, 'state-' || n, '1' from generate_series(1, $3::int) n`,
    [operatorId(), entityId, states],
  );
  const rows = await api.sql<{ id: string }>(
    `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, $2, 'eev_' || left(md5($2 || n), 16), 'session', '{"ip": "192.0.2.7"}', now() - n * interval '1 minute'
     from generate_series(1, $3::int) n
     returning id`,
    [operatorId(), entityId, events],
  );
  return rows.map(({ id }) => id);
}

/** Everything stored that names the person, or could. */
async function traces(entityId: string, externalId: string, eventIds: readonly string[]): Promise<string[]> {
  const rows = await api.sql<{ trace: string }>(
    `select 'state' as trace from states where entity_id = $1
     union all select 'response' from idempotency_keys where subject = sha256(convert_to($2, 'UTF8'))
     union all select 'report' from batch_jobs where errors::text like '%' || $2 || '%'
     union all select 'report hash' from batch_job_subjects where subject = sha256(convert_to($2, 'UTF8'))
     union all select 'erasure' from erasures where subject is not null
     union all select 'request id' from audit_log
       where target_id = any ($3::text[] || $1) and request_id is not null and action <> 'entity.erase'
     union all select 'event' from events where entity_id = $1 and data ? 'ip'`,
    [entityId, externalId, eventIds],
  );
  return rows.map(({ trace }) => trace);
}

describe("an erasure's steps", () => {
  it("each change at most the given number of rows, until nothing is left", async () => {
    const externalId = "step by step";
    const entityId = await newPlayer(externalId);
    const eventIds = await addStatesAndEvents(entityId, 50, 10_001);
    await addReplies(api, operatorId(), { externalId, entityId }, 10_050);
    await addReplies(api, operatorId(), { externalId, entityId: null }, 30);
    await addReports(api, operatorId(), externalId, { reports: 45, errors: 3 });
    await addReads(api, operatorId(), { type: "entity", id: entityId }, 70);
    for (const id of eventIds.slice(0, 3)) await addReads(api, operatorId(), { type: "event", id }, 1_500);

    const erased = made<{ erasureId: string }>(
      await call("DELETE", `entities/${encodeURIComponent(externalId)}`),
    );
    expect(erased).toMatchObject({ status: "running" });
    const rowsMax = 1_000;
    const changes: number[] = [];
    for (let isDone = false; !isDone; ) {
      const step = await inTenant(worker, { operatorId: operatorId() }, (tx) =>
        advanceErasure(tx, entityId, rowsMax),
      );
      changes.push(step.changed);
      isDone = step.isDone;
    }
    expect(Math.max(...changes)).toBeLessThanOrEqual(rowsMax);
    // At least the 10,001 events and 4,500 reads of them, which the request does not redact, 1,000 per step.
    expect(changes.length).toBeGreaterThan(15);
    expect(await traces(entityId, externalId, eventIds)).toEqual([]);
    expect(made(await call("GET", `erasures/${erased.erasureId}`))).toMatchObject({
      status: "completed",
      statesRemoved: 50,
      repliesPurged: 10_080,
      eventsRedacted: 10_001,
    });
    const again = await inTenant(worker, { operatorId: operatorId() }, (tx) =>
      advanceErasure(tx, entityId, rowsMax),
    );
    expect(again).toEqual({ erasureId: undefined, changed: 0, isDone: true });
  });

  it("of one row each have the same result", async () => {
    const externalId = "row by row";
    const entityId = await newPlayer(externalId);
    const eventIds = await addStatesAndEvents(entityId, 3, 3);
    await addReplies(api, operatorId(), { externalId, entityId }, 3);
    await addReplies(api, operatorId(), { externalId, entityId: null }, 10_000);
    await addReports(api, operatorId(), externalId, { reports: 3, errors: 5 });
    await addReads(api, operatorId(), { type: "entity", id: entityId }, 3);
    for (const id of eventIds) await addReads(api, operatorId(), { type: "event", id }, 2);
    made(await call("DELETE", `entities/${encodeURIComponent(externalId)}`));
    await api.sql("delete from idempotency_keys where operator_id = $1 and entity_id is null", [
      operatorId(),
    ]);
    for (let isDone = false; !isDone; ) {
      const step = await inTenant(worker, { operatorId: operatorId() }, (tx) =>
        advanceErasure(tx, entityId, 1),
      );
      expect(step.changed).toBeLessThanOrEqual(1);
      isDone = step.isDone;
    }
    expect(await traces(entityId, externalId, eventIds)).toEqual([]);
  });

  it("all run in the request if there are few rows", async () => {
    const externalId = "little";
    const entityId = await newPlayer(externalId);
    const eventIds = await addStatesAndEvents(entityId, 50, 200);
    await addReplies(api, operatorId(), { externalId, entityId }, 60);
    await addReports(api, operatorId(), externalId, { reports: 5, errors: 3 });
    await addReads(api, operatorId(), { type: "entity", id: entityId }, 70);
    await addReads(api, operatorId(), { type: "event", id: eventIds[0] ?? "" }, 20);
    const erased = made<{ erasureId: string }>(await call("DELETE", `entities/${externalId}`));
    expect(erased).toMatchObject({ status: "completed" });
    expect(await traces(entityId, externalId, eventIds)).toEqual([]);
    const job = `erase:${operatorId()}:${entityId}`;
    expect(await api.sql("select from graphile_worker.jobs where key = $1", [job])).toEqual([]);
  });

  it("do not change rows of other entities and operators", async () => {
    const externalId = "shared-name";
    const stranger = await api.createOperator(api.ours);
    const body = { entityType: "player", externalId, data: player };
    const theirs = await api.call("POST", "/operator-data-api/entities", {
      key: stranger.key,
      body,
      headers: { "Idempotency-Key": "theirs" },
    });
    await newPlayer(externalId);
    await addReports(api, stranger.id, externalId, { reports: 1, errors: 2 });
    made(await call("DELETE", `entities/${externalId}`));
    const again = await api.call("POST", "/operator-data-api/entities", {
      key: stranger.key,
      body,
      headers: { "Idempotency-Key": "theirs" },
    });
    expect(again.text).toBe(theirs.text);
    expect(
      await api.sql("select from batch_jobs where operator_id = $1 and errors::text like $2", [
        stranger.id,
        `%${externalId}%`,
      ]),
    ).toHaveLength(1);
  });
});

describe("a read that is recorded during or after the erasure", () => {
  interface Read {
    readonly action: string;
    readonly request_id: string | null;
  }
  const reads = (entityId: string, eventId: string) =>
    api.sql<Read>(
      `select action, request_id from audit_log
       where target_id = any ($1) and action <> 'entity.erase' order by action`,
      [[entityId, eventId]],
    );
  const withoutRequestIds: Read[] = [
    { action: "entity.read", request_id: null },
    { action: "event.read", request_id: null },
  ];

  async function newPlayerWithEvent(externalId: string) {
    const entityId = await newPlayer(externalId);
    const session = { eventType: "session", data: {} };
    const event = made<{ id: string }>(await call("POST", `entities/${externalId}/events`, session));
    return { entityId, eventId: event.id };
  }

  /** What the access log writes for a read of the entity and one of its event. */
  function recording(entityId: string, eventId: string): string {
    const access = { ageMs: 5, actorType: "operatorKey", actorId: "key", requestId: "about-the-person" };
    return JSON.stringify([
      {
        operatorId: operatorId(),
        accesses: [
          { ...access, action: "entity.read", targetType: "entity", targetId: entityId },
          { ...access, action: "event.read", targetType: "event", targetId: eventId, entityId },
        ],
      },
    ]);
  }

  it("has no request id, whether of the entity or of one of its events", async () => {
    const { entityId, eventId } = await newPlayerWithEvent("read-late");
    const twin = await api.startTwin();
    // The second server records them soon after the reads, or when it stops: before, during or after the erasure.
    for (const path of ["read-late", `read-late/events/${eventId}`]) {
      const reply = await fetch(`${twin.baseUrl}/operator-data-api/entities/${path}`, {
        headers: { authorization: `Bearer ${api.ours.operator.key}`, "x-request-id": "about-the-person" },
      });
      expect(reply.status).toBe(200);
    }
    made(await call("DELETE", "entities/read-late"));
    await twin.stop();
    expect(await reads(entityId, eventId)).toEqual(withoutRequestIds);
  });

  it("loses its request id if the erasure starts before the recording commits", async () => {
    const { entityId, eventId } = await newPlayerWithEvent("read-before");
    const held = await holdTransaction(api);
    await held.run("select record_accesses($1)", [recording(entityId, eventId)]);
    const erased = call("DELETE", "entities/read-before");
    await lockWaiters(api, 1);
    await held.end("commit");
    made(await erased);
    expect(await reads(entityId, eventId)).toEqual(withoutRequestIds);
  });

  it("gets no request id, without waiting, if the recording starts before the erasure commits", async () => {
    const { entityId, eventId } = await newPlayerWithEvent("read-during");
    const held = await holdTransaction(api);
    await held.run("select set_config('app.operator_id', $1, true)", [operatorId()]);
    await held.run(
      `update entities
       set external_id = null, external_id_hash = '\\x00', entity_type = null, data = '{"erased": true}', sealed = '{}',
         master_key_id = null, erased_at = now()
       where id = $1`,
      [entityId],
    );
    await held.run(
      "insert into erasures (operator_id, id, entity_id, status, step, subject) values ($1, $2, $3, 'running', 'states', $4)",
      [operatorId(), "ers_a1b2c3d4e5f67890", entityId, Buffer.alloc(32)],
    );
    await held.run("select erase_at_once($1, 100)", [entityId]);
    await api.sql("select record_accesses($1)", [recording(entityId, eventId)]);
    await held.end("commit");
    expect(await reads(entityId, eventId)).toEqual(withoutRequestIds);
  });
});

describe("a worker of the previous release, which redacts only events,", () => {
  it("cannot complete an erasure that has more left", async () => {
    const entityId = await newPlayer("old worker");
    await addReplies(api, operatorId(), { externalId: "old worker", entityId }, 10_001);
    made(await call("DELETE", "entities/old%20worker"));
    const completing = inTenant(worker, { operatorId: operatorId() }, (tx) =>
      tx.raw(
        "update erasures set status = 'completed', completed_at = now() where operator_id = ? and entity_id = ?",
        [operatorId(), entityId],
      ),
    );
    await expect(completing).rejects.toMatchObject({ code: "23514" });
  });

  it("leaves an erasure that a new one finishes", async () => {
    const entityId = await newPlayer("old server");
    const eventIds = await addStatesAndEvents(entityId, 0, 30);
    // The state after an erasure by a server of the previous release: a tombstone, and a running erasure of events.
    await api.sql(
      `update entities set external_id = null, entity_type = null, external_id_hash = '\\x00', erased_at = now(), data = '{}',
         sealed = '{}', master_key_id = null
       where operator_id = $1 and id = $2`,
      [operatorId(), entityId],
    );
    await api.sql(
      `insert into erasures (operator_id, id, entity_id, status, events_redacted, events_after_at, events_after_id)
       select $1, 'ers_00000000000000aa', $2, 'running', 10, occurred_at, id
       from events where entity_id = $2 order by occurred_at offset 9 limit 1`,
      [operatorId(), entityId],
    );
    for (let isDone = false; !isDone; ) {
      ({ isDone } = await inTenant(worker, { operatorId: operatorId() }, (tx) =>
        advanceErasure(tx, entityId, 7),
      ));
    }
    expect(made(await call("GET", "erasures/ers_00000000000000aa"))).toMatchObject({
      status: "completed",
      eventsRedacted: 30,
    });
    expect(eventIds).toHaveLength(30);
  });
});
