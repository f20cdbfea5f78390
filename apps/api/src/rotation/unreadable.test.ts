import { generateMasterKey, parseMasterKeys } from "@onehazel/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { startProgram, urlOf } from "../testing/program.js";
import { jobsDone, startTestWorker } from "../testing/worker.js";
import { rotate, rotationStatus } from "./service.js";

const oldKey = generateMasterKey("old");
const newKey = generateMasterKey("new");
const after = parseMasterKeys(`${newKey},${oldKey}`);
const entities = "/operator-data-api/entities";
const signal = new AbortController().signal;

let api: TestApi;
let operator: TestOperator;
let templateId: string;
let ids: Readonly<Record<string, string>>;
/** An operator in good order, whose rows come after the damaged ones. */
let other: TestOperator;
beforeAll(async () => {
  api = await startApi({ masterKeys: `${oldKey},${newKey}` });
  operator = await api.createOperator(api.ours, { template: false });
  templateId = made<{ id: string }>(
    await api.call("POST", "/operator-data-api/templates", {
      key: operator.key,
      body: template(["email", "name"]),
    }),
  ).id;
  made(await api.call("PUT", "/operator-data-api/settings", { key: operator.key, body: { templateId } }));
  other = await api.createOperator(api.theirs);
  const player = { email: "o@example.com", country: "GB", currency: "GBP" };
  const body = { entityType: "player", externalId: "o1", data: player };
  made(await api.call("POST", entities, { key: other.key, body }));
  ids = Object.fromEntries(
    await Promise.all(
      ["missing", "plaintext", "nothing", "tampered", "list", "whole"].map(async (name) => [
        name,
        await addGuest(name),
      ]),
    ),
  );
  const change = (name: string, data: string) =>
    api.sql(`update entities set data = ${data} where operator_id = $1 and id = $2`, [
      operator.id,
      ids[name],
    ]);
  await change("missing", "data - 'email'");
  await change("plaintext", `data || '{"email": "left.in.clear@example.com"}'`);
  await change("nothing", `data || '{"email": null}'`);
  await change(
    "tampered",
    "jsonb_set(data, '{email}', to_jsonb(overlay(data ->> 'email' placing 'AAAA' from 20)))",
  );
  await change("list", `'["email"]'`);
  await api.sql("update events set data = data - 'ip' where operator_id = $1 and entity_id = $2", [
    operator.id,
    ids.missing,
  ]);
});
afterAll(() => api.stop());

const template = (guest: readonly string[]) => ({
  name: "Hotel",
  schema: {
    entity_types: { guest: { required: [], optional: ["email", "name", "room"] } },
    event_types: { visit: { required: [], optional: ["ip"] } },
    state_keys: [],
    pii_fields: { guest, visit: ["ip"] },
  },
});

/** With an event, and in return its `ent_` id. */
async function addGuest(externalId: string): Promise<string> {
  const data = { email: `${externalId}@example.com`, name: "Nina", room: 7 };
  const body = { entityType: "guest", externalId, data };
  const { id } = made<{ id: string }>(await api.call("POST", entities, { key: operator.key, body }));
  const event = { eventType: "visit", data: { ip: "192.0.2.1" } };
  made(await api.call("POST", `${entities}/${externalId}/events`, { key: operator.key, body: event }));
  return id;
}

const eventId = async (name: string) =>
  (await api.sql<{ id: string }>("select id from events where entity_id = $1", [ids[name]]))[0]?.id as string;
/** Fields without a ciphertext where there has to be one. */
async function byForm() {
  const of = (id: string | undefined, field: string, reason: string) => ({
    operatorId: operator.id,
    id,
    field,
    reason,
  });
  return [
    of(ids.missing, "email", "missing"),
    of(ids.plaintext, "email", "notEncrypted"),
    of(ids.nothing, "email", "notEncrypted"),
    of(ids.list, "email", "missing"),
    of(ids.list, "name", "missing"),
    of(await eventId("missing"), "ip", "missing"),
  ];
}
const sorted = <Field extends { id?: string | undefined; field: string }>(fields: readonly Field[]) =>
  [...fields].sort((a, b) => (`${a.id}${a.field}` < `${b.id}${b.field}` ? -1 : 1));
const admin = async (args: string[]) => {
  const env = { DATABASE_OWNER_URL: urlOf(api.database.owner), ONEHAZEL_MASTER_KEYS: `${newKey},${oldKey}` };
  const program = startProgram("admin", { env, args });
  return { code: await program.ended, stdout: program.stdout(), stderr: program.stderr() };
};

it("the status names rows without a ciphertext, and counts the others by their keys", async () => {
  const { unreadable, sealed, done, keys } = await rotationStatus(api.database.owner, after);
  expect([sealed, done, unreadable.rows]).toEqual([false, false, 5]);
  expect(sorted(unreadable.fields)).toEqual(sorted(await byForm()));
  // No part of a value is taken for the id of a key.
  expect(keys.map(({ masterKeyId }) => masterKeyId)).toEqual(["new", "old"]);
});

it("pii:status exits with 3 and prints the same findings, without any value", async () => {
  const { code, stdout, stderr } = await admin(["pii:status"]);
  expect(code).toBe(3);
  expect(stderr).toContain("5 rows have encrypted fields that can't be read:\n");
  expect(stderr).toContain(`${ids.missing} of ${operator.id}: the field "email" is missing.\n`);
  expect(stderr).toContain(`${ids.plaintext} of ${operator.id}: the field "email" holds no ciphertext.\n`);
  expect(stderr).toContain(`${await eventId("missing")} of ${operator.id}: the field "ip" is missing.\n`);
  expect(stdout + stderr).not.toMatch(/example|left|clear/);
});

it("the job processes all other rows, and logs the unreadable ones", async () => {
  const worker = await startTestWorker(api);
  const body = template(["email", "name", "room"]);
  made(await api.call("PUT", `/operator-data-api/templates/${templateId}`, { key: operator.key, body }));
  await jobsDone(api);
  await worker.stop();
  const [walk] = await api.sql(
    "select rows_seen, rows_failed, completed_at from reseal_requests where operator_id = $1",
    [operator.id],
  );
  expect(walk).toMatchObject({ rows_seen: "12", rows_failed: "5", completed_at: expect.any(Date) });
  const rows = await api.sql<{ external_id: string; sealed: string[] }>(
    "select external_id, sealed from entities where operator_id = $1 and external_id <> 'list'",
    [operator.id],
  );
  for (const { sealed } of rows) expect(sealed).toContain("room");
  const line = api.logLines.find((text) => text.includes("encrypted fields can't be read"));
  expect(line).toContain(`"id":"${ids.plaintext}","field":"email","reason":"notEncrypted"`);
  expect(api.logLines.join()).not.toContain("left.in.clear");
});

it("a rotation encrypts all other rows, lists the unreadable fields, and lists them again on the next run", async () => {
  for (let run = 1; run <= 2; run += 1) {
    const left = await rotate(api.database.owner, {
      ...{ keyring: after, log: createLogger("silent"), signal },
      onProgress: () => undefined,
    });
    expect([left?.sealed, left?.unreadable.rows]).toEqual([false, 6]);
    const tampered = { operatorId: operator.id, id: ids.tampered, field: "email", reason: "undecryptable" };
    expect(sorted(left?.unreadable.fields ?? [])).toEqual(sorted([...(await byForm()), tampered]));
    const of = (id: string) => left?.keys.find(({ masterKeyId }) => masterKeyId === id);
    // Those five entities and the event stay under the old key, because a repair may need it.
    expect(of("old")).toMatchObject({ entities: 5, events: 1, retirable: false });
    expect(of("new")).toMatchObject({ events: 5 });
  }
  const onlyNew = await api.startTwin({}, { masterKeys: newKey });
  const read = await fetch(`${onlyNew.baseUrl}${entities}/whole`, {
    headers: { authorization: `Bearer ${operator.key}` },
  });
  expect([read.status, ((await read.json()) as { data: { data: object } }).data.data]).toEqual([
    200,
    { email: "whole@example.com", name: "Nina", room: 7 },
  ]);
  const theirs = await fetch(`${onlyNew.baseUrl}${entities}/o1`, {
    headers: { authorization: `Bearer ${other.key}` },
  });
  expect(theirs.status).toBe(200);
  await onlyNew.stop();
});

it("pii:rotate exits with 3 and names them", async () => {
  const { code, stdout, stderr } = await admin(["pii:rotate", "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ sealed: false, unreadable: { rows: 6 } });
  const words = await admin(["pii:rotate"]);
  expect(words.code).toBe(3);
  expect(words.stderr).toContain(
    `${ids.tampered} of ${operator.id}: the field "email" can't be decrypted with the master keys given.\n`,
  );
  expect(stdout + stderr + words.stdout + words.stderr).not.toMatch(/example|left|clear|AAAA/);
});

it("nothing unreadable is left once the records were sent again", async () => {
  for (const name of ["missing", "plaintext", "nothing", "tampered", "list"]) {
    const body = { entityType: "guest", externalId: name, data: { email: `${name}@example.com` } };
    made(await api.call("POST", entities, { key: operator.key, body }));
  }
  made(await api.call("DELETE", `${entities}/missing`, { key: operator.key }));
  const { code } = await admin(["pii:rotate"]);
  expect(code).toBe(0);
});
