import { useOwnCluster } from "@onehazel/db/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "./call.js";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";

const entities = "/operator-data-api/entities";
const data = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
let leaveCluster: () => Promise<void>;
beforeAll(async () => {
  // Settings of a whole database are changed here.
  leaveCluster = (await useOwnCluster()).leave;
  api = await startApi();
});
afterAll(async () => {
  await api.stop();
  await leaveCluster();
});

const body = { entityType: "player", externalId: "p1", data };
const upsert = (baseUrl: string) => call(baseUrl, "POST", entities, { key: api.ours.operator.key, body });
const batch = (baseUrl: string) =>
  call(baseUrl, "POST", "/operator-data-api/batch/entities", { key: api.ours.operator.key, body: [body] });
const read = (baseUrl: string) => call(baseUrl, "GET", entities, { key: api.ours.operator.key });
const readiness = async (baseUrl: string) => {
  const { status, headers, body } = await call(baseUrl, "GET", "/readyz");
  return [status, headers.get("retry-after"), body.status];
};

describe("a database that fails for lack of its own resources", () => {
  const failed: string[] = [];
  it.each([
    ["53100", "database full"],
    ["53200", "database out of memory"],
    ["53400", "database failing"],
    ["58030", "database failing"],
  ])("with SQLSTATE %s: writes get 503, /readyz says why", async (sqlState, word) => {
    const server = await api.startTwin();
    await api.sql(`
      create function fail_for_resources() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = '${sqlState}'; end $$`);
    await api.sql(
      "create trigger fail before insert or update on entities execute function fail_for_resources()",
    );
    for (const write of [upsert, batch]) {
      const refused = await write(server.baseUrl);
      expectError(refused, "SERVICE_UNAVAILABLE");
      expect(refused.headers.get("retry-after")).toBe("1");
    }
    expect(await readiness(server.baseUrl)).toEqual([503, "1", word]);
    expect((await read(server.baseUrl)).status).toBe(200);
    await api.sql("drop function fail_for_resources() cascade");
    expect((await upsert(server.baseUrl)).status).toBeLessThan(300);
    failed.push(server.baseUrl);
  });

  it("is ready again some seconds after the last failure", async () => {
    for (const baseUrl of failed) {
      await expect.poll(() => readiness(baseUrl), { timeout: 60_000 }).toEqual([200, null, "ready"]);
    }
  });
});

describe("a read-only database", () => {
  it("causes 503 for writes, still serves reads, and is not ready", async () => {
    const name = api.database.databaseName;
    await api.sql(`alter database ${name} set default_transaction_read_only = on`);
    const server = await api.startTwin();
    const probed = await readiness(server.baseUrl);
    for (const write of [upsert, batch]) expectError(await write(server.baseUrl), "SERVICE_UNAVAILABLE");
    expect((await read(server.baseUrl)).status).toBe(200);
    await server.stop();
    await api.sql("set default_transaction_read_only = off");
    await api.sql(
      `begin; set transaction read write; alter database ${name} reset default_transaction_read_only; commit`,
    );
    expect(probed).toEqual([503, "1", "database read-only"]);
  });
});
