import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runAdminJsonOn, runAdminOn } from "../testing/admin.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { addJob, startTestWorker } from "../testing/worker.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(() => api.sql("delete from graphile_worker._private_jobs"));

interface Job {
  readonly id: string;
  readonly status: string;
}

const admin = (...args: string[]) => runAdminOn(api, args);
const list = () => runAdminJsonOn<Job[]>(api, ["jobs:list"]);
/** Some day: no job of these is due by itself during a test. */
const later = "now() + interval '1 day'";

/** A job in one of its three states. Nobody works on it. */
async function job(state: "waiting" | "running" | "failed", subject: string): Promise<string> {
  await addJob(api, "retain", api.ours.operator.id, subject);
  const changes = {
    waiting: `run_at = ${later}`,
    running: "attempts = 1, locked_at = now(), locked_by = 'worker-of-this-test'",
    failed: `run_at = ${later}, attempts = 25, last_error = 'error 23514'`,
  };
  const [row] = await api.sql<{ id: string }>(
    `update graphile_worker._private_jobs set ${changes[state]} where key = $1 returning id`,
    [`retain:${api.ours.operator.id}:${subject}`],
  );
  return row?.id as string;
}

describe("jobs:list", () => {
  it("tells what waits, what runs and what has failed, with the name and code of the last error", async () => {
    const [waiting, running, failed] = [
      await job("waiting", "a"),
      await job("running", "b"),
      await job("failed", "c"),
    ];
    expect(await list()).toEqual([
      expect.objectContaining({ id: waiting, status: "waiting", attempts: 0, lastError: null }),
      expect.objectContaining({ id: running, status: "running", attempts: 1, lastError: null }),
      expect.objectContaining({ id: failed, status: "failed", attempts: 25, lastError: "error 23514" }),
    ]);
    const { code, stdout, stderr } = await admin("jobs:list");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^id +status +tries +runAt +lastError +key\n/);
    const key = `retain:${api.ours.operator.id}:c`;
    expect(stdout).toMatch(new RegExp(`\\n${failed} +failed +25/25 +\\S+Z +error 23514 +${key}\\n$`));
  });

  it("shows nothing of what PostgreSQL quoted when a job failed", async () => {
    await api.sql("alter table retention_runs add constraint broken check (step <> 'keys') not valid");
    let worker = await startTestWorker(api);
    try {
      await addJob(api, "retain", api.ours.operator.id);
      const tried = () => api.sql("select from graphile_worker.jobs where last_error is not null");
      await expect.poll(tried).toHaveLength(1);
      // The next try is due after a few seconds: until the list has been read, nobody may run it.
      await worker.stop();
      await api.sql("alter table retention_runs drop constraint broken");
      const { stdout } = await admin("jobs:list");
      expect(stdout).toMatch(/ waiting .* error 23514 /);
      expect(stdout).not.toMatch(/Failing row|violates|retention_runs/);
      expect(await admin("jobs:retry", "--all")).toMatchObject({ code: 0 });
      worker = await startTestWorker(api);
      await expect.poll(() => api.sql("select from graphile_worker.jobs")).toEqual([]);
    } finally {
      await worker.stop();
    }
  });

  it("says so when there is none", async () => {
    expect(await admin("jobs:list")).toEqual({
      code: 0,
      stdout: "",
      stderr: "No job waits, runs or has failed.\n",
    });
    expect(await list()).toEqual([]);
  });
});

describe("jobs:retry", () => {
  it("makes what was named due now, with all its tries, and nothing else", async () => {
    const ids = [await job("failed", "a"), await job("waiting", "b")];
    const other = await job("failed", "c");
    expect(await admin("jobs:retry", ...ids)).toEqual({
      code: 0,
      stdout: `Due now: ${ids.join(", ")}.\n`,
      stderr: "",
    });
    expect(await list()).toMatchObject([
      { id: ids[0], status: "waiting", attempts: 0 },
      { id: ids[1], status: "waiting", attempts: 0 },
      { id: other, status: "failed" },
    ]);
  });

  it("--all takes those that were tried before, but no running one", async () => {
    const failed = await job("failed", "a");
    const running = await job("running", "b");
    const waiting = await job("waiting", "c");
    expect(await runAdminJsonOn(api, ["jobs:retry", "--all"])).toEqual({
      retried: [failed],
      running: [],
      unknown: [],
    });
    expect(await list()).toMatchObject([
      { id: failed, status: "waiting" },
      { id: running, status: "running" },
      { id: waiting, status: "waiting" },
    ]);
    expect(await admin("jobs:retry", "--all")).toEqual({
      code: 0,
      stdout: "",
      stderr: "No job was tried before and is not running.\n",
    });
  });

  it("says which ids it left alone and which are nobody's, with exit code 1, and does the rest", async () => {
    const failed = await job("failed", "a");
    const running = await job("running", "b");
    const nobodys = ["0", "99999999999999999999", "-1", "1e3", "'; drop table operators"];
    const args = ["jobs:retry", failed, running, failed, "--", ...nobodys];
    const { code, stdout, stderr } = await admin(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `Due now: ${failed}.\n` });
    expect(stderr.split("\n")).toEqual([
      `The job ${running} is running: it was left alone.`,
      ...nobodys.map((id) => `There is no job ${JSON.stringify(id)}: it is done, or never was.`),
      "",
    ]);
    const json = await admin("jobs:retry", running, "12345", "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({ retried: [], running: [running], unknown: ["12345"] });
  });

  it("leaves no row in an audit log: the work was asked for before", async () => {
    await job("failed", "a");
    const count = () =>
      api.sql("select (select count(*) from audit_log) + (select count(*) from platform_audit_log) as rows");
    const before = await count();
    await admin("jobs:retry", "--all");
    expect(await count()).toEqual(before);
  });
});
