import { generateMasterKey } from "@onehazel/crypto";
import { openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "./call.js";
import { made, startApi, type TestApi } from "./harness.js";
import { startProgram, urlOf } from "./program.js";

const masterKeys = generateMasterKey("upgrade1");
const entities = "/operator-data-api/entities";
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

const readiness = async (baseUrl: string) => (await call(baseUrl, "GET", "/readyz")).body;
const settings = () => ({
  DATABASE_URL: urlOf(api.database.server),
  ONEHAZEL_MASTER_KEYS: masterKeys,
  HOST: "127.0.0.1",
  PORT: "0",
});

/** What the next release's `migrate` does to a schema while servers of this one run: it adds, and makes its functions anew. */
async function migrateToTheNextRelease(): Promise<void> {
  await api.sql("alter table entities add column later text default 'x'");
  await api.sql(
    "create table later_things (operator_id text not null, id text, primary key (operator_id, id))",
  );
  await api.sql(
    "insert into schema_migrations (name, batch, migration_time) values ('9999_later', 99, now())",
  );
  await api.sql("update schema_functions set hash = 'of another build'");
}

describe("a server of the last release, when the next one has migrated", () => {
  beforeAll(migrateToTheNextRelease);

  it("goes on: it writes, reads, batches, and is ready", async () => {
    const { key } = api.ours.operator;
    const item = { entityType: "player", externalId: "p1", data: player };
    made(await api.call("POST", entities, { key, body: item }));
    const batch = await api.call("POST", "/operator-data-api/batch/entities", { key, body: [item] });
    expect(made(batch)).toMatchObject({ succeeded: 1 });
    expect(made(await api.call("GET", `${entities}/p1`, { key }))).toMatchObject({ data: player });
    expect(await readiness(api.baseUrl)).toEqual({ status: "ready" });
  });

  it("starts again, too", async () => {
    const program = startProgram("main", { env: settings() });
    const [, port] = await program.said(/answers at http:\/\/localhost:(\d+)/);
    expect(await readiness(`http://127.0.0.1:${port}`)).toEqual({ status: "ready" });
    program.kill("SIGTERM");
    expect(await program.ended).toBe(0);
  });
});

it("what a server of the last release reads entities with is still there", async () => {
  const { id, key } = api.ours.operator;
  const body = { entityType: "game", externalId: "g1", data: { name: "G" } };
  made(await api.call("POST", entities, { key, body }));
  const db = openDatabase({ ...api.database.server, poolMax: 1 });
  const read = async (operatorId: string, externalId: string) => {
    const text =
      "select id, entity_type, data, sealed, created_at, updated_at from get_entity($1, $2, $3, $4)";
    return (await db.query("get_entity", text, [operatorId, externalId, null, null])).rows;
  };
  expect(await read(id, "g1")).toMatchObject([{ entity_type: "game", data: { name: "G" }, sealed: [] }]);
  expect(await read(id, "nobody")).toMatchObject([{ id: null }]);
  expect(await read(api.theirs.operator.id, "g1")).toMatchObject([{ id: null }]);
  await db.close();
});

it("a server whose schema is behind says so, and takes no traffic", async () => {
  await api.sql("delete from schema_migrations where name = '0011_rotation'");
  expect(await readiness(api.baseUrl)).toEqual({ status: "schema behind" });
  expect((await call(api.baseUrl, "GET", "/livez")).status).toBe(200);
});

it("another key under a known id is refused before anything is sealed under it", async () => {
  const env = { ...settings(), ONEHAZEL_MASTER_KEYS: generateMasterKey("upgrade1") };
  await api.sql(
    "insert into schema_migrations (name, batch, migration_time) values ('0011_rotation', 1, now())",
  );
  const first = startProgram("main", { env: settings() });
  await first.said(/answers at/);
  first.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  const second = startProgram("main", { env });
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain('The master key "upgrade1" is not the one that this database knows');
  expect(second.stderr()).not.toContain(env.ONEHAZEL_MASTER_KEYS.slice(9));
});
