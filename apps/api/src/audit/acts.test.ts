import { type OperationId, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byOperator, byPlatform, type Did, player, revokedKeyOf } from "../testing/acts.js";
import { made, startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

interface Entry {
  readonly id: string;
  readonly actor: { readonly type: string; readonly id: string };
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly requestId: string;
}

const operatorLog = "/operator-data-api/audit-log";
const platformLog = "/platform-api/audit-log";
const read = async (path: string, key: string): Promise<Entry[]> =>
  made(await api.call("GET", path, { key }));

/** What one call leaves in a log: found by its request id. */
const leftBy = async (path: string, key: string, requestId: string): Promise<Entry[]> =>
  (await read(`${path}?limit=200`, key)).filter((entry) => entry.requestId === requestId);

const send = async (key: string, [method, path, body]: Did["request"], requestId: string) => {
  const answer = await api.call(method, path, { key, body, headers: { "X-Request-Id": requestId } });
  expect(answer.status).toBeLessThan(300);
  return answer;
};

describe("the audit log", () => {
  it("knows every operation that manages, erases or exports", () => {
    const managing = operations
      .filter(({ method, rateLimit }) => method !== "GET" && rateLimit === "management")
      .map(({ id }) => id);
    const known = [...Object.keys(byOperator), ...Object.keys(byPlatform)];
    expect(known.sort()).toEqual([...managing, "eraseEntity", "exportEntity"].sort());
  });

  it.each(Object.keys(byOperator) as OperationId[])(
    "%s leaves one row with actor and target, by key and by session",
    async (name) => {
      const operator = await api.createOperator(api.ours);
      const [{ id: keyId }] = made<[{ id: string }]>(
        await api.call("GET", "/api-keys", { key: operator.key }),
      );
      const did = await byOperator[name]?.(api, operator);
      if (did === undefined) throw new Error("no such act");
      const answer = await send(operator.key, did.request, `act-${name}`);
      const rows = await leftBy(operatorLog, operator.key, `act-${name}`);
      const target = { type: did.target.type, id: did.target.id ?? answer.body.data.id };
      const actor = { type: "operatorKey", id: keyId };
      expect(rows).toMatchObject([{ action: did.action, actor, target }]);
      expect(await leftBy(platformLog, api.ours.key, `act-${name}`)).toEqual([]);

      const person = await api.createUser(operator.id);
      const again = await byOperator[name]?.(api, operator);
      await send(person.token, again?.request ?? did.request, `by-session-${name}`);
      const byPerson = { action: did.action, actor: { type: "user", id: person.id } };
      expect(await leftBy(operatorLog, operator.key, `by-session-${name}`)).toMatchObject([byPerson]);
    },
  );

  it.each(Object.keys(byPlatform) as OperationId[])("%s leaves one row in both logs", async (name) => {
    const operator = await api.createOperator(api.ours);
    const did = await byPlatform[name]?.(api, operator);
    if (did === undefined) throw new Error("no such act");
    const answer = await send(api.ours.key, did.request, `act-${name}`);
    const target = { type: did.target.type, id: did.target.id ?? answer.body.data.id };
    const expected = [{ action: did.action, actor: { type: "platformKey" }, target }];
    expect(await leftBy(platformLog, api.ours.key, `act-${name}`)).toMatchObject(expected);
    const subject = name === "createOperator" ? answer.body.data.id : operator.id;
    const mirrored = await api.sql(
      `select action, actor_type, target_id from audit_log where operator_id = $1 and request_id = $2`,
      [subject, `act-${name}`],
    );
    expect(mirrored).toEqual([{ action: did.action, actor_type: "platformKey", target_id: target.id }]);
  });

  it("tells a revocation from a deletion", async () => {
    const operator = await api.createOperator(api.ours);
    const id = await revokedKeyOf(api, operator);
    await send(operator.key, ["DELETE", `/api-keys?id=${id}&hard=true`], "gone");
    const actions = (await read(`${operatorLog}?targetId=${id.toUpperCase()}`, operator.key)).map(
      ({ action }) => action,
    );
    expect(actions).toEqual(["key.delete", "key.revoke", "key.create"]);
  });

  it("a platform's key for its operator, made at /api-keys, stands in both logs", async () => {
    const { id, key } = api.ours.operator;
    const body = { operatorId: id };
    const headers = { "X-Request-Id": "act-both" };
    made(await api.call("POST", "/api-keys", { key: api.ours.key, body, headers }));
    for (const [path, reader] of [
      [operatorLog, key],
      [platformLog, api.ours.key],
    ] as const) {
      expect(await leftBy(path, reader, "act-both")).toMatchObject([
        { action: "key.create", actor: { type: "platformKey" } },
      ]);
    }
  });

  it("tells suspension and reactivation from other changes", async () => {
    const { id } = await api.createOperator(api.ours);
    const put = (body: object, requestId: string) =>
      send(api.ours.key, ["PUT", `/platform-api/operators/${id}`, body], requestId);
    await put({ status: "suspended" }, "turn-1");
    await put({ status: "active", name: "Again" }, "turn-2");
    const actions = async (requestId: string) =>
      (await leftBy(platformLog, api.ours.key, requestId)).map(({ action }) => action).sort();
    expect(await actions("turn-1")).toEqual(["operator.suspend"]);
    expect(await actions("turn-2")).toEqual(["operator.reactivate", "operator.update"]);
  });

  it("has no row of what was refused, and none more of what was replayed", async () => {
    const operator = await api.createOperator(api.ours);
    const [{ id }] = made<[{ id: string }]>(await api.call("GET", "/api-keys", { key: operator.key }));
    const before = (await read(operatorLog, operator.key)).length;
    expect((await api.call("DELETE", `/api-keys?id=${id}`, { key: operator.key })).status).toBe(400);
    expect(await read(operatorLog, operator.key)).toHaveLength(before);
    const headers = { "Idempotency-Key": "settings-1" };
    const body = { dataRetentionDays: 60 };
    for (let time = 0; time < 3; time += 1)
      made(await api.call("PUT", "/operator-data-api/settings", { key: operator.key, body, headers }));
    expect(await read(operatorLog, operator.key)).toHaveLength(before + 1);
  });

  it("never holds data: no row names the person that was erased", async () => {
    const operator = await api.createOperator(api.ours);
    const { key } = operator;
    const person = {
      ...player,
      externalId: "zoe@example.com",
      data: { ...player.data, email: "zoe@example.com" },
    };
    made(await api.call("POST", "/operator-data-api/entities", { key, body: person }));
    await api.call("GET", "/operator-data-api/entities/zoe%40example.com", { key });
    await api.call("GET", "/operator-data-api/entities/zoe%40example.com/export", { key });
    made(await api.call("DELETE", "/operator-data-api/entities/zoe%40example.com", { key }));
    const rows = await api.sql("select to_jsonb(a)::text as row from audit_log a where operator_id = $1", [
      operator.id,
    ]);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/zoe/i);
  });
});
