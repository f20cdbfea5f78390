import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "../testing/expect-error.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { absent, player } from "../testing/things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const base = "/operator-data-api/entities";
const session = { eventType: "session", data: {} };
const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

describe.each(prefixes)("events under %j", (prefix) => {
  let operator: TestOperator;
  beforeAll(async () => {
    operator = await api.createOperator(api.ours);
    for (const externalId of ["p1", "p2"]) {
      const body = { entityType: "player", externalId, data: player };
      made(await api.call("POST", base, { key: operator.key, body }));
    }
  });

  const path = (externalId = "p1") => `${prefix}${base}/${externalId}/events`;
  const post = (body: unknown, headers: Record<string, string> = {}, externalId = "p1") =>
    api.call("POST", path(externalId), { key: operator.key, body, headers });
  const get = (rest = "", externalId = "p1") =>
    api.call("GET", `${path(externalId)}${rest}`, { key: operator.key });

  it("are recorded, and read back alone and in the list as they were sent", async () => {
    const data = { type: "deposit", amount: 50.25, currency: "GBP", note: { kept: [1, null, ""] } };
    const occurredAt = "2026-04-06T11:30:00+01:00";
    const answer = await post({ eventType: "transaction", data, occurredAt });
    expect(answer.status).toBe(201);
    const { id } = answer.body.data;
    expect(answer.body).toEqual({ success: true, data: { id: expect.stringMatching(/^eev_[0-9a-f]{16}$/) } });
    const event = {
      id,
      event_type: "transaction",
      data,
      occurred_at: "2026-04-06T10:30:00.000Z",
      created_at: expect.stringMatching(milliseconds),
    };
    expect((await get(`/${id}`)).body).toEqual({ success: true, data: event });
    const filtered = await get(
      "?eventType=transaction&from=2026-04-06T10:30:00Z&to=2026-04-06T10:30:00.001Z",
    );
    expect(filtered.body).toEqual({ success: true, data: [event], nextCursor: null });
    expect((await get("?eventType=transaction&to=2026-04-06T10:30:00Z")).body.data).toEqual([]);
    expect((await get("?archived=true")).body.data).toEqual([]);
  });

  it("come newest first by when they occurred, page by page", async () => {
    const days = [3, 1, 2];
    for (const day of days) made(await post({ ...session, occurredAt: fromNow(-day * dayMs) }, {}, "p2"));
    const whole = (await get("", "p2")).body.data;
    const times = whole.map(({ occurred_at }: { occurred_at: string }) => occurred_at);
    expect(times).toEqual([...times].sort().reverse());
    const first = (await get("?limit=2", "p2")).body;
    const second = (await get(`?limit=2&cursor=${first.nextCursor}`, "p2")).body;
    expect([...first.data, ...second.data]).toEqual(whole);
    expect(second.nextCursor).toBeNull();
    for (const query of [`?eventType=session&cursor=${first.nextCursor}`, "?archived=1", "?from=monday"])
      expectError(await get(query, "p2"), "VALIDATION_FAILED");
  });

  it("repeated under one Idempotency-Key are told to be there already", async () => {
    const headers = { "idempotency-key": `event-${prefix.length}` };
    const first = await post(session, headers);
    const again = await post('{ "data": {}, "eventType": "session" }', headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.text).toBe(`{"success":true,"data":{"id":"${first.body.data.id}","action":"duplicate"}}`);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expectError(await post({ ...session, eventType: "bonus" }, headers), "IDEMPOTENCY_KEY_REUSED");
  });

  it("occur from 1825 days ago to five minutes ahead", async () => {
    for (const ms of [-1825 * dayMs + minuteMs, 4 * minuteMs])
      expect((await post({ ...session, occurredAt: fromNow(ms) })).status).toBe(201);
    for (const ms of [-1825 * dayMs - minuteMs, 6 * minuteMs]) {
      const answer = await post({ ...session, occurredAt: fromNow(ms) });
      expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["occurredAt"]);
    }
  });

  it("are held against the template, each fault by its field", async () => {
    expect(expectError(await post({}), "MISSING_FIELDS").fields).toEqual(["eventType", "data"]);
    const faults: readonly (readonly [object, string[]])[] = [
      [{ ...session, eventType: "unheard_of" }, ["eventType"]],
      [{ ...session, eventType: "session.start" }, ["eventType"]],
      [{ ...session, data: [] }, ["data"]],
      [{ ...session, occurredAt: "2026-04-06" }, ["occurredAt"]],
      [{ ...session, occurredAt: null }, ["occurredAt"]],
      [{ eventType: "transaction", data: { type: "bet", amount: null } }, ["data.amount", "data.currency"]],
    ];
    for (const [body, expected] of faults)
      expect(expectError(await post(body), "VALIDATION_FAILED").fields.sort()).toEqual(expected);
  });

  it("belong to one entity, are never changed, and need a template", async () => {
    const { id } = made<{ id: string }>(await post(session));
    for (const unknown of [absent.event, "eev_", id.toUpperCase(), "%00", "x".repeat(300)])
      expectError(await get(`/${unknown}`), "EVENT_NOT_FOUND");
    expectError(await get(`/${id}`, "p2"), "EVENT_NOT_FOUND");
    for (const answer of [await get("", "nobody"), await get(`/${id}`, "nobody")])
      expectError(answer, "ENTITY_NOT_FOUND");
    // The thing goes before the template.
    expectError(await post({ ...session, eventType: "unheard_of" }, {}, "nobody"), "ENTITY_NOT_FOUND");
    for (const method of ["PUT", "PATCH", "DELETE"])
      expectError(await api.call(method, `${path()}/${id}`, { key: operator.key }), "METHOD_NOT_ALLOWED");
  });
});
