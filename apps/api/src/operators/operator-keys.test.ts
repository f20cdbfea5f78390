import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { CallOptions } from "../testing/call.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { absent } from "../testing/things.js";

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
});
afterAll(() => api.stop());

const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

for (const prefix of prefixes) {
  const send = (method: string, path = "", options: CallOptions = {}, id = operator.id) =>
    api.call(method, `${prefix}/platform-api/operators/${id}/api-keys${path}`, {
      key: api.ours.key,
      ...options,
    });

  it(`POST ${prefix}/platform-api/operators/:id/api-keys makes a key, with or without a body`, async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    for (const body of [{ label: "Platform-provisioned key", access: "read", expiresAt }, {}, undefined]) {
      const answer = await send("POST", "", { body });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        success: true,
        data: {
          id: expect.any(String),
          key: expect.stringMatching(/^oh_live_[0-9a-f]{64}$/),
          label: body?.label ?? null,
          createdAt: moment,
          expiresAt: body?.expiresAt ?? null,
          access: body?.access ?? "write",
        },
      });
      expect((await api.call("GET", "/api-keys", { key: answer.body.data.key })).status).toBe(200);
    }
  });

  it(`POST ${prefix}/platform-api/operators/:id/api-keys names every fault`, async () => {
    const body = { label: "x".repeat(101), access: "all", expiresAt: "soon", operatorId: operator.id };
    const { fields } = expectError(await send("POST", "", { body }), "VALIDATION_FAILED");
    expect(fields.sort()).toEqual(["access", "expiresAt", "label", "operatorId"]);
    for (const expiresAt of ["2020-01-01T00:00:00Z", "2099-02-30T00:00:00Z"]) {
      const past = await send("POST", "", { body: { expiresAt } });
      expect(expectError(past, "VALIDATION_FAILED").fields).toEqual(["expiresAt"]);
    }
  });

  it(`GET ${prefix}/platform-api/operators/:id/api-keys lists them newest first, hashes masked`, async () => {
    const { id, key } = (await send("POST", "", { body: { label: "newer" } })).body.data;
    await send("DELETE", `/${id}`);
    const { status, body } = await send("GET");
    const hash = createHash("sha256").update(key).digest("hex");
    expect([status, Object.keys(body)]).toEqual([200, ["success", "data"]]);
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toEqual({
      id,
      operatorId: operator.id,
      keyHash: `${hash.slice(0, 8)}…${hash.slice(-4)}`,
      label: "newer",
      createdAt: moment,
      lastUsedAt: null,
      revoked: true,
      expiresAt: null,
      access: "write",
      createdBy: "platform",
    });
  });

  it(`DELETE ${prefix}/platform-api/operators/:id/api-keys/:keyId revokes, repeatably, the last one too`, async () => {
    const [{ id }] = (await send("GET")).body.data;
    for (let time = 0; time < 2; time += 1) {
      const answer = await send("DELETE", `/${id}`);
      expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Key revoked" }]);
    }
    expectError(await api.call("GET", "/operator-data-api/settings", { key: operator.key }), "AUTH_REVOKED");
  });

  it(`DELETE ${prefix}/platform-api/operators/:id/api-keys/:keyId?hard=true deletes a revoked key for good`, async () => {
    const [{ id }] = (await send("GET")).body.data;
    expectError(await send("DELETE", `/${id}?hard=true`), "KEY_STILL_ACTIVE");
    expect((await send("DELETE", `/${id}?hard=false`)).body.message).toBe("Key revoked");
    const deleted = await send("DELETE", `/${id}?hard=true`);
    expect([deleted.status, deleted.body]).toEqual([200, { success: true, message: "Key deleted" }]);
    expect((await send("GET")).body.data).toEqual([]);
    for (const query of ["", "?hard=true"])
      expectError(await send("DELETE", `/${id}${query}`), "KEY_NOT_FOUND");
    expectError(await send("DELETE", `/${id}?hard=yes`), "VALIDATION_FAILED");

    const logs = { "platform-api": api.ours.key, "operator-data-api": (await send("POST")).body.data.key };
    for (const [path, key] of Object.entries(logs)) {
      const log = await api.call("GET", `/${path}/audit-log?targetId=${id}&limit=2`, { key });
      const actions = log.body.data.map(({ action }: { action: string }) => action);
      expect(actions).toEqual(["key.delete", "key.revoke"]);
    }
  });

  it(`${prefix}/platform-api/operators/:id/api-keys finds no operator and no key that isn't there`, async () => {
    for (const id of [absent.operator, "op_abc123", "%00", api.theirs.operator.id]) {
      expectError(await send("POST", "", { body: {} }, id), "OPERATOR_NOT_FOUND");
      expectError(await send("GET", "", {}, id), "OPERATOR_NOT_FOUND");
      expectError(await send("DELETE", `/${absent.key}`, {}, id), "OPERATOR_NOT_FOUND");
      expectError(await send("DELETE", `/${absent.key}?hard=true`, {}, id), "OPERATOR_NOT_FOUND");
    }
    const [sister] = [await api.createOperator(api.ours)];
    const [{ id: sisterKey }] = (await send("GET", "", {}, sister.id)).body.data;
    for (const keyId of [absent.key, "key_xyz", "x".repeat(10_000), "%zz", sisterKey]) {
      expectError(await send("DELETE", `/${keyId}`), "KEY_NOT_FOUND");
      expectError(await send("DELETE", `/${keyId}?hard=true`), "KEY_NOT_FOUND");
    }
    expect((await send("GET", "", {}, sister.id)).body.data[0].revoked).toBe(false);
  });
}
