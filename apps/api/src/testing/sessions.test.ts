import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallOptions } from "./call.js";
import { expectError } from "./expect-error.js";
import { made, startApi, type TestApi, type TestOperator, type TestUser } from "./harness.js";
import { mintToken } from "./sessions.js";
import { player } from "./things.js";
import { tracesOf } from "./traces.js";

const entities = "/operator-data-api/entities";
const casino = {
  entity_types: { player: { required: ["email"], optional: [] } },
  event_types: { visit: { required: [], optional: ["guest"] } },
  state_keys: ["balance"],
  pii_fields: { player: ["email"], visit: ["guest"] },
};

let api: TestApi;
let operator: TestOperator;
let owner: TestUser;
let member: TestUser;
let eventPath: string;
beforeAll(async () => {
  api = await startApi();
  operator = await api.createOperator(api.ours);
  owner = await api.createUser(operator.id);
  member = await api.createUser(operator.id, "member");
  const asOwner = async (method: string, path: string, body: object) =>
    made<{ id: string }>(await api.call(method, path, { key: owner.token, body }));
  const template = await asOwner("POST", "/operator-data-api/templates", { name: "Casino", schema: casino });
  await asOwner("PUT", "/operator-data-api/settings", { templateId: template.id });
  await asOwner("POST", entities, { entityType: "player", externalId: "p1", data: player });
  const visit = { eventType: "visit", data: { guest: "Grace Hopper" } };
  eventPath = `${entities}/p1/events/${(await asOwner("POST", `${entities}/p1/events`, visit)).id}`;
});
afterAll(() => api.stop());

const ask = (who: TestUser, method: string, path: string, options: CallOptions = {}) =>
  api.call(method, path, { key: who.token, ...options });

/** Reads that showed personal data in clear, by whom. */
const accesses = () =>
  api.sql<{ actor_type: string; actor_id: string; action: string }>(
    `select actor_type, actor_id, action from audit_log
     where operator_id = $1 and action in ('entity.read', 'event.read') order by at`,
    [operator.id],
  );

describe("an owner", () => {
  it("sees personal data in clear, by one thing, and that is on record under their name", async () => {
    expect(made<{ data: object }>(await ask(owner, "GET", `${entities}/p1`)).data).toEqual(player);
    expect(made<{ data: object }>(await ask(owner, "GET", eventPath)).data).toEqual({
      guest: "Grace Hopper",
    });
    const by = { actor_type: "user", actor_id: owner.id };
    await expect.poll(accesses, { timeout: 60_000 }).toEqual([
      { ...by, action: "entity.read" },
      { ...by, action: "event.read" },
    ]);
  });

  it("exports, and the audit log names them", async () => {
    const answer = await ask(owner, "GET", `${entities}/p1/export`);
    expect([answer.status, answer.text.includes(player.email)]).toEqual([200, true]);
    const log = await ask(owner, "GET", "/operator-data-api/audit-log?action=entity.export");
    expect(log.body.data).toMatchObject([{ actor: { type: "user", id: owner.id } }]);
  });

  it("shares idempotency keys with the operator's keys", async () => {
    const headers = { "idempotency-key": "shared" };
    const body = { entityType: "player", externalId: "p2", data: player };
    const first = await ask(owner, "POST", entities, { body, headers });
    const again = await api.call("POST", entities, { key: operator.key, body, headers });
    expect([first.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([
      201,
      first.text,
      "true",
    ]);
  });

  it("makes keys that say so, for the operator and for its platform; no session marks a key as used", async () => {
    const platformOwner = await api.createUser(api.ours.id);
    const own = await ask(owner, "POST", "/api-keys", { body: { operatorId: operator.id } });
    const managed = await ask(platformOwner, "POST", `/platform-api/operators/${operator.id}/api-keys`);
    const shared = await ask(platformOwner, "POST", "/api-keys", { body: { operatorId: operator.id } });
    const ids = [own, managed, shared].map((answer) => made<{ id: string }>(answer).id);
    const keys = made<{ id: string; createdBy: string; lastUsedAt: string | null }[]>(
      await ask(owner, "GET", "/api-keys"),
    );
    for (const id of ids) {
      expect(keys.find((key) => key.id === id)).toMatchObject({ createdBy: "user", lastUsedAt: null });
    }
    const foreign = await ask(owner, "POST", "/api-keys", { body: { operatorId: api.theirs.operator.id } });
    expectError(foreign, "FORBIDDEN", { shape: "sentence" });
  });
});

describe("a member", () => {
  it("sees personal data as it is stored, and that is no access to it", async () => {
    const entity = made<{ data: Record<string, string> }>(await ask(member, "GET", `${entities}/p1`)).data;
    const event = made<{ data: Record<string, string> }>(await ask(member, "GET", eventPath)).data;
    expect(entity).toEqual({ ...player, email: expect.stringMatching(/^v1\./) });
    expect(event).toEqual({ guest: expect.stringMatching(/^v1\./) });
    const before = await accesses();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await accesses()).toEqual(before);
    expect(before.map(({ actor_id }) => actor_id)).not.toContain(member.id);
  });

  it("finds no personal data in any list, either", async () => {
    const lists = [entities, `${entities}/p1/events`, `${entities}/p1/state`, "/operator-data-api/audit-log"];
    for (const path of lists) {
      const answer = await ask(member, "GET", path);
      expect([answer.status, tracesOf([player.email, "Grace Hopper"], answer.text)]).toEqual([200, []]);
    }
  });

  it("exports nothing, not even by HEAD, and nothing of that is on record", async () => {
    expectError(await ask(member, "GET", `${entities}/p1/export`), "FORBIDDEN");
    expect((await ask(member, "HEAD", `${entities}/p1/export`)).status).toBe(403);
    expect((await ask(member, "HEAD", `${entities}/p1`)).status).toBe(200);
    const log = await ask(member, "GET", "/operator-data-api/audit-log?action=entity.export");
    expect(log.body.data.map(({ actor }: { actor: { id: string } }) => actor.id)).not.toContain(member.id);
  });
});

describe("a platform's people", () => {
  it("reach its operators and never an operator's data", async () => {
    const platformOwner = await api.createUser(api.ours.id);
    const renamed = await ask(platformOwner, "PUT", `/platform-api/operators/${operator.id}`, {
      body: { name: "Renamed" },
      headers: { "x-request-id": "renamed" },
    });
    expect(made(renamed)).toMatchObject({ name: "Renamed" });
    expectError(await ask(platformOwner, "GET", `${entities}/p1`), "FORBIDDEN");
    const stranger = await ask(platformOwner, "GET", `/platform-api/operators/${api.theirs.operator.id}`);
    expectError(stranger, "OPERATOR_NOT_FOUND");
    const rows = await api.sql(
      `select actor_type, actor_id from audit_log where request_id = 'renamed'
       union all select actor_type, actor_id from platform_audit_log where request_id = 'renamed'`,
    );
    const by = { actor_type: "user", actor_id: platformOwner.id };
    expect(rows).toEqual([by, by]);
  });
});

describe("what is not kept", () => {
  it("no log line holds a token, a part of one or the secret", async () => {
    const { secret } = api.sessions;
    const spoilt = (await mintToken(secret, randomUUID())).slice(0, -8);
    const expired = await mintToken(secret, owner.id, { exp: 1 });
    for (const key of [owner.token, member.token, spoilt, expired]) {
      await api.call("GET", `${entities}/p1`, { key });
      await api.call("GET", `${entities}/p1`, { headers: { authorization: `Basic ${key}` } });
    }
    const requestId = (await ask(owner, "GET", entities)).headers.get("x-request-id") ?? "";
    await expect.poll(() => api.logLines.some((line) => line.includes(requestId))).toBe(true);
    const payloads = [owner.token, spoilt, expired].map((token) => token.split(".")[1] as string);
    const signature = owner.token.split(".")[2] as string;
    const secrets = [secret.export().toString("hex"), secret.export().toString("base64")];
    expect(tracesOf([...payloads, signature, ...secrets], api.logLines.join("\n"))).toEqual([]);
  });
});
