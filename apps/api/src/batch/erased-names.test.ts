import { generateMasterKey } from "@onehazel/crypto";
import { openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";

const oldKey = generateMasterKey("names1");

let api: TestApi;
beforeAll(async () => {
  // Its sessions wait for a lock until they get it, so that those that wait can be counted.
  api = await startApi({ masterKeys: oldKey, pool: { releasesWhileLocked: false } });
});
afterAll(() => api.stop());

const player = (externalId: string) => ({
  entityType: "player",
  externalId,
  data: { email: "ada@example.com", country: "GB", currency: "GBP" },
});
const send = (method: string, path: string, { key }: TestOperator, body?: unknown, idempotencyKey?: string) =>
  api.call(method, `/operator-data-api/${path}`, {
    key,
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { headers: { "Idempotency-Key": idempotencyKey } }),
  });
async function eraseNew(externalId: string, operator: TestOperator): Promise<void> {
  expect((await send("POST", "entities", operator, player(externalId))).status).toBe(201);
  expect((await send("DELETE", `entities/${encodeURIComponent(externalId)}`, operator)).status).toBe(200);
}

/** For each kind of batch, an invalid item that names an entity. */
const late = (externalId: string) =>
  [
    ["events", { externalId, eventType: "session", data: {} }],
    ["events", { externalId, eventType: 7, data: {} }],
    ["states", { externalId, stateKey: "balance", value: 1 }],
    ["entities", { externalId, entityType: "player", data: {} }],
  ] as const;

async function tracesOf(name: string, { id }: TestOperator): Promise<string[]> {
  const hashed = await api.sql<{ hash: string }>("select encode(sha256($1), 'hex') as hash", [
    Buffer.from(name),
  ]);
  const found: string[] = [];
  for (const table of [
    "batch_jobs",
    "batch_job_subjects",
    "idempotency_keys",
    "entities",
    "erasures",
    "audit_log",
  ]) {
    const rows = await api.sql<{ row: string }>(
      `select t::text as row from ${table} t where operator_id = $1`,
      [id],
    );
    const matching = rows.filter(({ row }) => row.includes(name) || row.includes(hashed[0]?.hash ?? "?"));
    found.push(...matching.map(() => table));
  }
  return found;
}

describe("a batch that comes after an erasure", () => {
  it.each(late("late.person@example.test"))("of %s leaves no trace of the id: %j", async (kind, item) => {
    const operator = await api.createOperator(api.ours);
    const name = item.externalId;
    await eraseNew(name, operator);
    const items = [item, { ...item, externalId: "never-there" }];
    const first = await send("POST", `batch/${kind}`, operator, items, "late");
    expect(first.status).toBe(200);
    expect(first.body.data.errors).toMatchObject([{ externalId: null }, { externalId: "never-there" }]);
    const again = await send("POST", `batch/${kind}`, operator, items, "late");
    expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
    for (const path of [`batch/jobs/${first.body.data.jobId}`, "batch/jobs"]) {
      const report = await send("GET", path, operator);
      expect([report.status, report.text.includes(name)]).toEqual([200, false]);
    }
    expect(await tracesOf(name, operator)).toEqual([]);
  });

  it("names the id where a living entity has it again", async () => {
    const operator = await api.createOperator(api.ours);
    await eraseNew("comes-back", operator);
    await send("POST", "entities", operator, player("comes-back"));
    const item = { externalId: "comes-back", eventType: "unknown", data: {} };
    const { data } = (await send("POST", "batch/events", operator, [item], "again")).body;
    expect(data.errors).toMatchObject([{ externalId: "comes-back" }]);
    const report = await send("GET", `batch/jobs/${data.jobId}`, operator);
    expect(report.body.data.errors).toMatchObject([{ externalId: "comes-back" }]);
  });

  it("names ids that no entity can have had, and those of another operator's erased", async () => {
    const operator = await api.createOperator(api.ours);
    const stranger = await api.createOperator(api.ours);
    await eraseNew("theirs", stranger);
    await eraseNew("ours", operator);
    const names = ["theirs", "x".repeat(600), "ours"];
    const items = names.map((externalId) => ({ externalId, eventType: "session", data: {} }));
    const { data } = (await send("POST", "batch/events", operator, items)).body;
    expect(data.errors.map(({ externalId }: { externalId: string | null }) => externalId)).toEqual([
      ...names.slice(0, 2),
      null,
    ]);
  });

  it("still leaves none after the master key was rotated", async () => {
    const operator = await api.createOperator(api.ours);
    await eraseNew("before-rotation", operator);
    const twin = await api.startTwin({}, { masterKeys: `${generateMasterKey("names2")},${oldKey}` });
    const reply = await fetch(`${twin.baseUrl}/operator-data-api/batch/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${operator.key}`, "content-type": "application/json" },
      body: JSON.stringify([{ externalId: "before-rotation", eventType: "session", data: {} }]),
    });
    const { data } = (await reply.json()) as { data: { errors: object[] } };
    await twin.stop();
    expect(data.errors).toMatchObject([{ externalId: null }]);
    expect(await tracesOf("before-rotation", operator)).toEqual([]);
  });
});

describe("a batch that runs while an entity that it names is created and erased", () => {
  it("is found by that erasure", async () => {
    const operator = await api.createOperator(api.ours);
    const superuser = openDatabase({ ...api.database.superuser, poolMax: 1 });
    const holder = await superuser.pool.connect();
    await holder.query("begin");
    // Takes the lock of an erasure's end. The batch has already looked up its entities, but not yet the erased names.
    await holder.query("select pg_advisory_xact_lock(hashtextextended('reports:' || $1, 0))", [operator.id]);
    const waiting = (sessions: number) =>
      vi.waitFor(async () => {
        const rows = await api.sql("select from pg_locks where locktype = 'advisory' and not granted");
        expect(rows).toHaveLength(sessions);
      }, 60_000);
    const item = { externalId: "in-between", eventType: "session", data: {} };
    const batch = send("POST", "batch/events", operator, [item], "under-way");
    await waiting(1);
    await send("POST", "entities", operator, player("in-between"));
    const erasure = send("DELETE", "entities/in-between", operator);
    await waiting(2);
    await holder.query("commit");
    holder.release();
    await superuser.close();
    expect([(await batch).status, (await erasure).status]).toEqual([200, 200]);
    const again = await send("POST", "batch/events", operator, [item], "under-way");
    expect(again.body.data.errors).toMatchObject([{ externalId: null }]);
    expect(await tracesOf("in-between", operator)).toEqual([]);
  });
});
