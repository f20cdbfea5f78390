import { inTenant, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const game = (externalId: string) => ({ entityType: "game", externalId, data: { name: "Starburst" } });
const bad = (externalId: string) => ({ entityType: "game", externalId, data: {} });
const post = (kind: string, body: unknown, { key }: TestOperator, headers: Record<string, string> = {}) =>
  api.call("POST", `/operator-data-api/batch/${kind}`, { key, body, headers });
const get = (rest: string, { key }: TestOperator) => api.call("GET", `/operator-data-api/${rest}`, { key });

describe("a batch job", () => {
  it("says what its batch answered, and how it went", async () => {
    const operator = api.ours.operator;
    for (const [kind, items, status] of [
      ["entities", [game("j1")], "completed"],
      ["entities", [game("j1"), bad("j2")], "partial"],
      ["events", [{ externalId: "nobody", eventType: "session", data: {} }], "failed"],
      ["states", [{ externalId: "j1", stateKey: "balance", value: 1 }], "completed"],
    ] as const) {
      const { data } = (await post(kind, items, operator)).body;
      const job = await get(`batch/jobs/${data.jobId}`, operator);
      expect(job.body).toEqual({
        success: true,
        data: {
          ...data,
          type: kind,
          status,
          total: items.length,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          completedAt: expect.any(String),
        },
      });
      expect(Object.keys(job.body.data.errors[0] ?? {})).toEqual(Object.keys(data.errors[0] ?? {}));
    }
  });

  it("that is unknown, malformed or another tenant's is not found", async () => {
    const { jobId } = (await post("entities", [game("j3")], api.ours.operator)).body.data;
    const sibling = await api.createOperator(api.ours);
    for (const [id, operator] of [
      ["job_0000000000000000", api.ours.operator],
      ["x", api.ours.operator],
      ["%00", api.ours.operator],
      [jobId, api.theirs.operator],
      [jobId, sibling],
    ] as const) {
      const answer = await get(`batch/jobs/${id}`, operator);
      expect([id, answer.status, answer.body.error.code]).toEqual([id, 404, "JOB_NOT_FOUND"]);
    }
    expect((await get("batch/jobs", sibling)).body).toEqual({ success: true, data: [], nextCursor: null });
  });

  it("takes its hashes of names along when the worker removes it", async () => {
    const operator = await api.createOperator(api.ours);
    const { jobId } = (await post("entities", [bad("h1"), bad("h2"), bad("h1")], operator)).body.data;
    const hashes = () => api.sql("select 1 from batch_job_subjects where job_id = $1", [jobId]);
    expect(await hashes()).toHaveLength(2);
    const worker = openDatabase(api.database.worker);
    await inTenant(worker, { operatorId: operator.id }, (tx) =>
      tx.raw("delete from batch_jobs where operator_id = ? and id = ?", [operator.id, jobId]),
    );
    await worker.close();
    expect(await hashes()).toEqual([]);
    expect((await get(`batch/jobs/${jobId}`, operator)).status).toBe(404);
  });

  it("is not kept of a batch that was refused whole", async () => {
    const operator = await api.createOperator(api.ours);
    await post("entities", [], operator);
    await post("entities", "[", operator);
    expect((await get("batch/jobs", operator)).body.data).toEqual([]);
  });
});

describe("DELETE /batch/jobs/:jobId", () => {
  const remove = (jobId: string, { key }: TestOperator) =>
    api.call("DELETE", `/operator-data-api/batch/jobs/${jobId}`, { key });

  it("removes the report and what a stored response repeats of it, and leaves what the batch stored", async () => {
    const operator = await api.createOperator(api.ours);
    const items = [game("d1"), bad("named-in-a-report")];
    const headers = { "Idempotency-Key": "batch" };
    const { jobId } = (await post("entities", items, operator, headers)).body.data;
    const other = (await post("entities", [bad("d2")], operator, { "Idempotency-Key": "other" })).body.data;
    const answer = await remove(jobId, operator);
    expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Batch job deleted" }]);
    expect((await get(`batch/jobs/${jobId}`, operator)).status).toBe(404);
    expect((await get("batch/jobs", operator)).body.data).toMatchObject([{ jobId: other.jobId }]);
    expect((await get("entities/d1", operator)).status).toBe(200);
    for (const table of ["batch_jobs", "batch_job_subjects", "idempotency_keys"]) {
      const rows = await api.sql(`select from ${table} t where operator_id = $1 and t::text like $2`, [
        operator.id,
        "%named-in-a-report%",
      ]);
      expect([table, rows.length]).toEqual([table, 0]);
    }
    const again = await post("entities", items, operator, headers);
    expect([again.status, again.body.error.code]).toEqual([410, "ENTITY_ERASED"]);
    expect((await post("entities", [bad("d2")], operator, { "Idempotency-Key": "other" })).body.data).toEqual(
      other,
    );
  });

  it("knows no report that is gone, malformed or another tenant's", async () => {
    const operator = await api.createOperator(api.ours);
    const { jobId } = (await post("entities", [game("d3")], operator)).body.data;
    for (const [id, whose] of [
      [jobId, api.theirs.operator],
      ["job_0000000000000000", operator],
      ["x", operator],
      ["%00", operator],
    ] as const)
      expect([id, (await remove(id, whose)).body.error.code]).toEqual([id, "JOB_NOT_FOUND"]);
    expect((await remove(jobId, operator)).status).toBe(200);
    expect((await remove(jobId, operator)).status).toBe(404);
  });
});

describe("the list of batch jobs", () => {
  it("goes newest first through every job once", async () => {
    const operator = await api.createOperator(api.ours);
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1)
      ids.unshift((await post("entities", [game(`l${index}`)], operator)).body.data.jobId);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof get>> = await get(
        `batch/jobs?limit=3${cursor === null ? "" : `&cursor=${cursor}`}`,
        operator,
      );
      expect(page.body.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.body.data.map(({ jobId }: { jobId: string }) => jobId));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  it("refuses a cursor that is not its own, and limits outside its bounds", async () => {
    const operator = await api.createOperator(api.ours);
    await post("entities", [game("m1")], operator);
    await post("entities", [game("m2")], operator);
    const { nextCursor } = (await get("batch/jobs?limit=1", operator)).body;
    expect((await get(`batch/jobs?cursor=${nextCursor}`, operator)).status).toBe(200);
    for (const query of ["cursor=x", "limit=0", "limit=201", "status=failed"])
      expect((await get(`batch/jobs?${query}`, operator)).status).toBe(400);
    expect((await get(`batch/jobs?cursor=${nextCursor}`, api.theirs.operator)).status).toBe(400);
    expect((await get(`entities?cursor=${nextCursor}`, operator)).status).toBe(400);
  });

  it("ends a page early when reports are long, and still shows every one", async () => {
    const operator = await api.createOperator(api.ours);
    const long = "x".repeat(3 * 1_048_576);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1)
      ids.unshift((await post("entities", [bad(`${long}${index}`)], operator)).body.data.jobId);
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | null = ""; cursor !== null; pages += 1) {
      const page = await get(`batch/jobs?limit=200${cursor && `&cursor=${cursor}`}`, operator);
      expect(page.text.length).toBeLessThan(8 * 1_048_576);
      seen.push(...page.body.data.map(({ jobId }: { jobId: string }) => jobId));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(ids);
    expect(pages).toBe(3);
  });
});
