import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { addReplies, addReports } from "../testing/volumes.js";
import { jobsDone, killMidway, startTestWorker } from "../testing/worker.js";

const masterKeys = generateMasterKey("volumes");
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
/** The maximum number of rows that one request redacts. */
const rowsAtOnceMax = 10_000;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const operatorId = () => api.ours.operator.id;
const call = (method: string, path: string, body?: unknown, idempotencyKey?: string) =>
  api.call(method, `/operator-data-api/${path}`, {
    key: api.ours.operator.key,
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { headers: { "Idempotency-Key": idempotencyKey } }),
  });
const upsert = (externalId: string, idempotencyKey?: string) =>
  call("POST", "entities", { entityType: "player", externalId, data: player }, idempotencyKey);
const erase = async (externalId: string) =>
  made<{ erasureId: string; status: string }>(await call("DELETE", `entities/${externalId}`));
const receipt = async (id: string) => made(await call("GET", `erasures/${id}`));
const countOf = async (text: string, values: unknown[] = []) =>
  Number((await api.sql<{ rows: string }>(`select count(*) as rows ${text}`, values))[0]?.rows);

async function workOff(): Promise<void> {
  const worker = await startTestWorker(api);
  await jobsDone(api, 300_000);
  await worker.stop();
}

describe("200,000 stored responses about one entity", () => {
  const externalId = "very-busy";
  let erasureId: string;

  beforeAll(async () => {
    const { id: entityId } = made<{ id: string }>(await upsert(externalId, "real-key"));
    made(
      await call("POST", `entities/${externalId}/events`, { eventType: "session", data: {} }, "event-key"),
    );
    made(await call("PUT", `entities/${externalId}/state/balance`, 7, "state-key"));
    await addReplies(api, operatorId(), { externalId, entityId }, 200_000);
  });

  it("do not delay the erasure: the request redacts 10,000 rows, the job redacts the rest", async () => {
    const erased = await erase(externalId);
    erasureId = erased.erasureId;
    expect(erased.status).toBe("running");
    const emptied = await countOf("from idempotency_keys where operator_id = $1 and erased", [operatorId()]);
    expect(emptied).toBeLessThanOrEqual(rowsAtOnceMax);
    expect(await receipt(erasureId)).toMatchObject({
      status: "running",
      statesRemoved: 1,
      repliesPurged: emptied,
      completedAt: null,
    });
  });

  it("are gone for every caller from that moment on: 410, and a second DELETE is 404", async () => {
    const session = { eventType: "session", data: {} };
    const before = await countOf("from entities where operator_id = $1", [operatorId()]);
    for (const answer of [
      await upsert(externalId, "real-key"),
      await call("POST", `entities/${externalId}/events`, session, "event-key"),
      await call("PUT", `entities/${externalId}/state/balance`, 7, "state-key"),
      await call("PUT", "settings", { dataRetentionDays: 90 }, "real-key"),
      await call("POST", "batch/events", [{ externalId, ...session }], "event-key"),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([410, "ENTITY_ERASED"]);
    expect((await call("DELETE", `entities/${externalId}`)).status).toBe(404);
    expect((await call("GET", `entities/${externalId}`)).status).toBe(404);
    expect(await countOf("from entities where operator_id = $1", [operatorId()])).toBe(before);
  });

  it("are emptied by the job, and those of the entity that follows stay", async () => {
    const fresh = await upsert(externalId, "fresh-key");
    expect([fresh.status, fresh.body.data.action]).toEqual([201, "created"]);
    await workOff();
    expect(await receipt(erasureId)).toMatchObject({ status: "completed", repliesPurged: 200_003 });
    const left = await countOf(
      `from idempotency_keys where operator_id = $1
       and erased and coalesce(reply, status::text, entity_id, master_key_id, subject::text, fingerprint::text) is not null`,
      [operatorId()],
    );
    expect(left).toBe(0);
    const again = await upsert(externalId, "fresh-key");
    expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([fresh.text, "true"]);
    expect((await upsert(externalId, "real-key")).status).toBe(410);
    expect(
      await countOf("from erasures where operator_id = $1 and subject is not null", [operatorId()]),
    ).toBe(0);
  });
});

describe("100 reports of 5,000 errors that name one entity", () => {
  const externalId = "named-everywhere";
  const batch = [
    { externalId, eventType: "unknown", data: {} },
    { externalId: "other-0", eventType: "session", data: {} },
  ];
  let erasureId: string;
  let jobs: string[];
  let replied: string;
  const errorsOf = async (jobId: string) =>
    made<{ errors: { externalId: string | null }[] }>(await call("GET", `batch/jobs/${jobId}`)).errors;

  beforeAll(async () => {
    made(await upsert(externalId));
    jobs = await addReports(api, operatorId(), externalId, { reports: 100, errors: 5_000 });
    replied = (await call("POST", "batch/events", batch, "batch-key")).text;
    jobs.push(JSON.parse(replied).data.jobId);
  });

  it("do not delay the erasure, even with a short statement timeout", async () => {
    const twin = await api.startTwin({ statementTimeoutMs: 10_000 });
    const reply = await fetch(`${twin.baseUrl}/operator-data-api/entities/${externalId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${api.ours.operator.key}` },
    });
    const { data } = (await reply.json()) as { data: { erasureId: string; status: string } };
    await twin.stop();
    expect([reply.status, data.status]).toEqual([200, "running"]);
    erasureId = data.erasureId;
    const redacted = 101 - (await countOf("from batch_jobs where errors::text like $1", [`%${externalId}%`]));
    expect(redacted).toBeLessThanOrEqual(rowsAtOnceMax / 5_000 + 1);
  });

  it("show null for it from that moment on, on every server; the batch still replays", async () => {
    const twin = await api.startTwin();
    for (const baseUrl of [api.baseUrl, twin.baseUrl]) {
      const headers = { authorization: `Bearer ${api.ours.operator.key}` };
      for (const path of [`batch/jobs/${jobs[99]}`, `batch/jobs/${jobs[100]}`, "batch/jobs?limit=10"]) {
        const reply = await fetch(`${baseUrl}/operator-data-api/${path}`, { headers });
        expect([path, reply.status, (await reply.text()).includes(externalId)]).toEqual([path, 200, false]);
      }
    }
    await twin.stop();
    const errors = await errorsOf(jobs[99] ?? "");
    expect([errors.length, errors[0]?.externalId, errors[1]?.externalId]).toEqual([5_000, null, "other-1"]);
    const again = await call("POST", "batch/events", batch, "batch-key");
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    expect(again.text).toBe(replied.replace(`"${externalId}"`, "null"));
  });

  it("are redacted by the job; another worker finishes after a kill, and late reports of the next one stay", async () => {
    made(await upsert(externalId));
    const late = made<{ jobId: string }>(await call("POST", "batch/events", batch));
    await killMidway(api, {
      masterKeys,
      lock: `select from batch_jobs where id = '${[...jobs].sort().at(-1)}' for update`,
      reached: async () =>
        (await countOf(
          "from batch_job_subjects s join batch_jobs j on j.id = s.job_id where j.failed = 5000",
        )) < 60,
    });
    expect(await receipt(erasureId)).toMatchObject({ status: "running" });
    await workOff();
    expect(await receipt(erasureId)).toMatchObject({ status: "completed" });
    const naming = await api.sql<{ id: string }>("select id from batch_jobs where errors::text like $1", [
      `%${externalId}%`,
    ]);
    expect(naming).toEqual([{ id: late.jobId }]);
    expect((await errorsOf(late.jobId))[0]?.externalId).toBe(externalId);
    expect((await call("POST", "batch/events", batch, "batch-key")).text).toBe(
      replied.replace(`"${externalId}"`, "null"),
    );
  });
});
