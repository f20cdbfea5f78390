import { afterEach, beforeEach, expect, it } from "vitest";
import { expectError } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { player } from "../testing/things.js";

const entities = "/operator-data-api/entities";
const broken = "reply breaks the spec";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => expect(api.stop()).rejects.toThrow(broken));

it("a reply that breaks the spec is a 500 for which nothing was done", async () => {
  const { id } = api.ours.operator;
  await api.sql("update operators set contact_email = 'nowhere' where id = $1", [id]);
  const call = () =>
    api.call("PUT", `/platform-api/operators/${id}`, {
      key: api.ours.key,
      body: { name: "Renamed" },
      headers: { "idempotency-key": "rename" },
    });
  expectError(await call(), "INTERNAL_ERROR");
  const [stored] = await api.sql<{ name: string }>("select name from operators where id = $1", [id]);
  expect(stored?.name).not.toBe("Renamed");
  await api.sql("update operators set contact_email = null where id = $1", [id]);
  expect((await call()).body.data.name).toBe("Renamed");
});

it("one that the database has committed already is answered as it is, and fails the tests", async () => {
  const [definition] = await api.sql<{ text: string }>(
    "select pg_get_functiondef('upsert_entity'::regproc) as text",
  );
  await api.sql(definition?.text.replace('"action"', '"did"') ?? "");
  const body = { entityType: "player", externalId: "kept", data: player };
  const answer = await api.call("POST", entities, { key: api.ours.operator.key, body });
  expect([answer.status, answer.body.data.did]).toEqual([201, "created"]);
  expect((await api.call("GET", `${entities}/kept`, { key: api.ours.operator.key })).status).toBe(200);
});

it("a read that breaks it is a 500", async () => {
  const { key } = api.ours.operator;
  const body = { entityType: "player", externalId: "kept", data: player };
  await api.call("POST", entities, { key, body });
  await api.sql("update entities set id = 'broken'");
  expectError(await api.call("GET", `${entities}/kept`, { key }), "INTERNAL_ERROR");
});
