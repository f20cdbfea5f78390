import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const email = "ada@example.com";
const schema = {
  entity_types: { player: { required: ["email"], optional: [] } },
  event_types: { session: { required: [], optional: ["ip_address"] } },
  state_keys: ["balance", "tier"],
  pii_fields: { player: ["email"], session: ["ip_address"] },
};

type Line = Record<string, unknown> & { readonly type: string };
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
/** The lines of a whole export without its last, which counts them. */
const contentOf = (text: string): Line[] => {
  const lines = linesOf(text);
  const last = lines.pop();
  const count = (type: string) => lines.filter((line) => line.type === type).length;
  expect(last).toEqual({ type: "end", states: count("state"), events: count("event") });
  return lines;
};
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

/** An operator whose events carry PII, with one player. */
async function withPlayer(externalId = "p1"): Promise<TestOperator & { entityId: string }> {
  const operator = await api.createOperator(api.ours, { template: false });
  const { key } = operator;
  const { id: templateId } = made<{ id: string }>(
    await api.call("POST", "/operator-data-api/templates", { key, body: { name: "Casino", schema } }),
  );
  made(await api.call("PUT", "/operator-data-api/settings", { key, body: { templateId } }));
  const body = { entityType: "player", externalId, data: { email, vip: true } };
  return { ...operator, entityId: made<{ id: string }>(await api.call("POST", entities, { key, body })).id };
}

const record = async ({ key }: TestOperator, data: object, occurredAt?: string) =>
  made<{ id: string }>(
    await api.call("POST", `${entities}/p1/events`, {
      key,
      body: { eventType: "session", data, ...(occurredAt === undefined ? {} : { occurredAt }) },
    }),
  ).id;
const exported = (key: string, externalId = "p1") =>
  api.call("GET", `${entities}/${externalId}/export`, { key });

/** Events straight into the table: more than requests would make in a test's time. */
const fill = ({ id, entityId }: { id: string; entityId: string }, count: number, filler = "x".repeat(200)) =>
  api.sql(
    `insert into events (operator_id, entity_id, id, event_type, data, occurred_at)
     select $1, $2, 'eev_' || lpad(to_hex(n), 16, '0'), 'session', jsonb_build_object('n', n, 'filler', $4::text),
       date_trunc('second', now()) - interval '300 days' + (n / 7) * interval '1 second'
     from generate_series(1, $3::int) n`,
    [id, entityId, count, filler],
  );

describe("an export", () => {
  it("is the entity, its states by key and its events oldest first, in clear", async () => {
    const operator = await withPlayer();
    const { key, entityId } = operator;
    const late = await record(operator, { ip_address: "192.0.2.7", n: 2 });
    const early = await record(operator, { ip_address: "192.0.2.8", n: 1 }, daysAgo(200));
    for (const [state, value] of [
      ["tier", { level: ["gold"] }],
      ["balance", null],
    ] as const) {
      made(await api.call("PUT", `${entities}/p1/state/${state}`, { key, body: { value } }));
    }
    const archived =
      "update settings set events_archived_before = now() - interval '100 days' where operator_id = $1";
    await api.sql(archived, [operator.id]);

    const answer = await exported(key);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
    expect(answer.text.endsWith("\n")).toBe(true);
    const lines = contentOf(answer.text);
    const entity = made(await api.call("GET", `${entities}/p1`, { key }));
    expect(lines[0]).toEqual({ type: "entity", ...entity });
    expect(lines[0]).toMatchObject({ id: entityId, data: { email, vip: true } });
    const states = made<object[]>(await api.call("GET", `${entities}/p1/state`, { key }));
    expect(lines.slice(1, 3)).toEqual(states.map((state) => ({ type: "state", ...state })));
    const events = await Promise.all(
      [early, late].map(async (id) => made(await api.call("GET", `${entities}/p1/events/${id}`, { key }))),
    );
    expect(lines.slice(3)).toEqual(events.map((event) => ({ type: "event", ...event })));
    expect(lines[3]).toMatchObject({ id: early, data: { ip_address: "192.0.2.8" } });
  });

  it("of an entity that has nothing else is one line", async () => {
    const { key } = await withPlayer("a/b ü");
    const lines = contentOf((await exported(key, encodeURIComponent("a/b ü"))).text);
    expect(lines.map(({ type, external_id }) => [type, external_id])).toEqual([["entity", "a/b ü"]]);
  });

  it("holds every event once over many pages, those of one moment among them", async () => {
    const operator = await withPlayer();
    await fill(operator, 3_456);
    const lines = contentOf((await exported(operator.key)).text).slice(1);
    expect(lines.map(({ data }) => (data as { n: number }).n)).toEqual(
      Array.from({ length: 3_456 }, (_, n) => n + 1),
    );
  });

  it("takes events as large as they come", async () => {
    const operator = await withPlayer();
    const large = (n: number) =>
      Array.from({ length: 40_000 }, (_, i) => ((i * 7_919 + n) % 65_521).toString(36)).join();
    const events = Array.from({ length: 12 }, (_, n) => ({ n, large: large(n) }));
    for (const event of events) await record(operator, event);
    const lines = contentOf((await exported(operator.key)).text).slice(1);
    const byNumber = lines.map(({ data }) => data as { n: number }).sort((a, b) => a.n - b.n);
    expect(byNumber).toEqual(events);
  });

  it("HEAD says that there is one, without a body", async () => {
    const { key } = await withPlayer();
    const head = await api.call("HEAD", `${entities}/p1/export`, { key });
    expect([head.status, head.headers.get("content-type"), head.text]).toEqual([
      200,
      "application/x-ndjson",
      "",
    ]);
    expect((await api.call("HEAD", `${entities}/nobody/export`, { key })).status).toBe(404);
  });

  it("of nobody, of the erased and of another tenant's is 404 in JSON, and leaves no trace", async () => {
    const operator = await withPlayer();
    const theirs = api.theirs.operator;
    made(await api.call("DELETE", `${entities}/p1`, { key: operator.key }));
    for (const answer of [
      await exported(operator.key),
      await exported(operator.key, "nobody"),
      await exported(theirs.key),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, "ENTITY_NOT_FOUND"]);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    }
    const rows = await api.sql(
      "select 1 from audit_log where operator_id in ($1, $2) and action = 'entity.export'",
      [operator.id, theirs.id],
    );
    expect(rows).toEqual([]);
  });

  it("may be asked for with a key that only reads, not with a platform's", async () => {
    const operator = await withPlayer();
    const { key } = await api.createKey(api.ours, operator.id, { access: "read" });
    expect((await exported(key)).status).toBe(200);
    expect((await exported(api.ours.key)).status).toBe(403);
  });
});

describe("an export under way", () => {
  /** More than the buffers on the way can hold, so that a reader who pauses holds up the server. */
  const manyEvents = 12_000;

  const begin = (key: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` };
      get(`${api.baseUrl}${entities}/p1/export`, { headers }, resolve).on("error", reject);
    });
  const rest = async (response: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  };

  it("is in the audit log before its first byte", async () => {
    const operator = await withPlayer();
    const response = await begin(operator.key);
    const rows = await api.sql(
      "select target_type, target_id from audit_log where operator_id = $1 and action = 'entity.export'",
      [operator.id],
    );
    expect(rows).toEqual([{ target_type: "entity", target_id: operator.entityId }]);
    response.destroy();
  });

  it("holds no connection of the database while its reader pauses", async () => {
    const operator = await withPlayer();
    await fill(operator, manyEvents, "x".repeat(2_500));
    const twin = await api.startTwin({ poolMax: 1 });
    const headers = { authorization: `Bearer ${operator.key}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${twin.baseUrl}${entities}/p1/export`, { headers }, resolve).on("error", reject);
    });
    await expect.poll(() => twin.db.pool.idleCount).toBe(1);
    const meanwhile = await fetch(`${twin.baseUrl}${entities}/p1`, { headers });
    expect(meanwhile.status).toBe(200);
    expect(contentOf(await rest(response))).toHaveLength(manyEvents + 1);
    await twin.stop();
  });

  it("shows nothing that was recorded after its start", async () => {
    const operator = await withPlayer();
    await fill(operator, manyEvents, "x".repeat(2_500));
    const response = await begin(operator.key);
    const id = await record(operator, { n: "late" });
    const ids = contentOf(await rest(response)).map((line) => line.id);
    expect(ids).toHaveLength(manyEvents + 1);
    expect(ids).not.toContain(id);
  });

  it("breaks off when the person is erased meanwhile: nobody takes it for the whole", async () => {
    const operator = await withPlayer();
    await fill(operator, manyEvents, "x".repeat(2_500));
    const response = await begin(operator.key);
    made(await api.call("DELETE", `${entities}/p1`, { key: operator.key }));
    await expect(rest(response)).rejects.toThrow("aborted");
    expect((await exported(operator.key)).status).toBe(404);
  });
});
