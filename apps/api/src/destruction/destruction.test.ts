import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { holdTransaction } from "../testing/held-transaction.js";
import { startProgram, urlOf } from "../testing/program.js";
import { storedDigest } from "../testing/stored.js";
import { makeThings, makeUpkeep } from "../testing/things.js";
import { addJob, startTestWorker } from "../testing/worker.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const start = (args: string[]) =>
  startProgram("admin", { env: { DATABASE_OWNER_URL: urlOf(api.database.owner) }, args });
async function run(...args: string[]) {
  const program = start(args);
  return { code: await program.ended, stdout: program.stdout(), stderr: program.stderr() };
}
const suspend = ({ id }: TestOperator, daysAgo: number) =>
  api.sql(
    "update operators set status = 'suspended', suspended_at = now() - make_interval(days => $2) where id = $1",
    [id, daysAgo],
  );

/** A suspended operator of ours that has something of everything. */
async function full(daysAgo: number): Promise<TestOperator> {
  const operator = await api.createOperator(api.ours);
  await makeThings(api, { ...api.ours, operator });
  await makeUpkeep(api, { ...api.ours, operator });
  const headers = { "idempotency-key": "kept" };
  const body = { entityType: "game", externalId: "g", data: { name: "G" } };
  made(await api.call("POST", "/operator-data-api/entities", { key: operator.key, body, headers }));
  await addJob(api, "retain", operator.id);
  await suspend(operator, daysAgo);
  return operator;
}

/** Where the operator's id still stands, over every table of the database, the queue's too. */
async function traces(id: string): Promise<Record<string, number>> {
  const tables = await api.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace)`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await api.sql<{ rows: number }>(
      `select count(*)::int as rows from ${name} t where to_jsonb(t)::text like '%' || $1 || '%'`,
      [id],
    );
    if (row !== undefined && row.rows > 0) found[name] = row.rows;
  }
  return found;
}

describe("an operator that is destroyed", () => {
  it("leaves its platform's audit log and a tombstone, and nobody else loses a row", async () => {
    const operator = await full(31);
    const before = await storedDigest(api, { operatorId: api.theirs.operator.id, platformId: api.theirs.id });
    const sibling = await storedDigest(api, { operatorId: api.ours.operator.id, platformId: "-" });
    const tables = Object.keys(await traces(operator.id));
    expect(tables).toEqual(
      expect.arrayContaining(["api_keys", "audit_log", "entities", "operators", "states"]),
    );
    expect(tables.some((name) => name.startsWith("events_"))).toBe(true);
    expect(tables.some((name) => name.includes("jobs"))).toBe(true);

    const { code, stdout } = await run("operator:destroy", operator.id, "--yes", "--json");
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ operatorId: operator.id, platformId: api.ours.id });
    expect(told.rowsRemoved).toBeGreaterThan(10);
    expect(Object.keys(await traces(operator.id)).sort()).toEqual([
      "destroyed_operators",
      "platform_audit_log",
    ]);
    expect(
      await storedDigest(api, { operatorId: api.theirs.operator.id, platformId: api.theirs.id }),
    ).toEqual(before);
    expect(await storedDigest(api, { operatorId: api.ours.operator.id, platformId: "-" })).toEqual(sibling);

    expect((await api.call("GET", "/api-keys", { key: operator.key })).body.code).toBe("AUTH_INVALID");
    for (const [method, path, body] of [
      ["GET", ""],
      ["PUT", "", { status: "active" }],
      ["DELETE", ""],
      ["POST", "/api-keys", {}],
      ["GET", "/api-keys"],
    ] as const) {
      const answer = await api.call(method, `/platform-api/operators/${operator.id}${path}`, {
        key: api.ours.key,
        ...(body === undefined ? {} : { body }),
      });
      expect(answer).toMatchObject({ status: 404, body: { error: { code: "OPERATOR_NOT_FOUND" } } });
    }
    const log = await api.call("GET", `/platform-api/audit-log?targetId=${operator.id}`, {
      key: api.ours.key,
    });
    expect(log.body.data[0]).toMatchObject({
      action: "operator.destroy",
      actor: { type: "commandLine", id: null },
      target: { type: "operator", id: operator.id },
    });
    // Again is fine, and says the same.
    expect(JSON.parse((await run("operator:destroy", operator.id, "--yes", "--json")).stdout)).toEqual(told);
    expect((await run("operator:suspend", operator.id)).code).toBe(1);
  });

  it("was suspended for 30 days, or for as many as it is said", async () => {
    const operator = await full(29);
    const refused = await run("operator:destroy", operator.id, "--yes");
    expect(refused).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Nothing was done"),
    });
    expect(await api.sql("select from entities where operator_id = $1", [operator.id])).not.toEqual([]);
    const args = ["operator:destroy", operator.id, "--yes", "--suspended-for-days"];
    expect((await run(...args, "30")).code).toBe(1);
    await api.sql("update operators set status = 'active', suspended_at = null where id = $1", [operator.id]);
    const active = await run(...args, "0");
    expect(active).toMatchObject({ code: 1, stderr: expect.stringContaining("is not suspended") });
    await suspend(operator, 0);
    expect((await run(...args, "0")).code).toBe(0);
    for (const id of ["op_0123456789abcdef", "nonsense", "'; drop table operators"]) {
      expect(await run("operator:destroy", id, "--yes")).toMatchObject({ code: 1, stdout: "" });
    }
  });

  it("has lost its salt and its keys first, whenever the command is killed, and the rest when it is run again", async () => {
    const operator = await full(31);
    const held = await holdTransaction(api);
    await held.run("select from states where operator_id = $1 for update", [operator.id]);
    const killed = start(["operator:destroy", operator.id, "--yes"]);
    const waiting = () =>
      api.sql(
        "select from pg_stat_activity where datname = current_database() and application_name = 'onehazel admin' and wait_event_type = 'Lock'",
      );
    for (let waitedMs = 0; (await waiting()).length === 0; waitedMs += 20) {
      if (waitedMs > 120_000) throw new Error("the command did not get that far");
      await sleep(20);
    }
    killed.kill("SIGKILL");
    await killed.ended;
    await held.end("rollback");
    expect(await api.sql("select from operators where id = $1", [operator.id])).toEqual([]);
    expect((await api.call("GET", "/api-keys", { key: operator.key })).body.code).toBe("AUTH_INVALID");
    expect(await api.sql("select from states where operator_id = $1", [operator.id])).not.toEqual([]);
    expect((await run("operator:destroy", operator.id, "--yes")).code).toBe(0);
    expect(Object.keys(await traces(operator.id)).sort()).toEqual([
      "destroyed_operators",
      "platform_audit_log",
    ]);
  });

  it("is destroyed while it writes and a worker looks after it, and nothing of it comes back", async () => {
    const operator = await api.createOperator(api.ours);
    const worker = await startTestWorker(api);
    let going = true;
    const wrong: unknown[] = [];
    const writer = async (lane: number) => {
      for (let n = 0; going; n += 1) {
        const body = { entityType: "game", externalId: `g${lane}-${n}`, data: { name: "G" } };
        const headers = { "idempotency-key": `k${lane}-${n}` };
        const { status } = await api.call("POST", "/operator-data-api/entities", {
          key: operator.key,
          body,
          headers,
        });
        if (![201, 401].includes(status)) wrong.push(status);
      }
    };
    const writers = [0, 1, 2, 3].map(writer);
    await sleep(100);
    await suspend(operator, 0);
    await addJob(api, "retain", operator.id);
    const done = await run("operator:destroy", operator.id, "--yes", "--suspended-for-days", "0");
    expect(done.code).toBe(0);
    going = false;
    await Promise.all(writers);
    await worker.stop();
    expect(wrong).toEqual([]);
    expect(Object.keys(await traces(operator.id)).sort()).toEqual([
      "destroyed_operators",
      "platform_audit_log",
    ]);
  });
});
