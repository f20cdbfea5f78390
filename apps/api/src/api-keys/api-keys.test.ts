import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const sentence = { shape: "sentence" } as const;
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

for (const prefix of prefixes)
  describe(`${prefix}/api-keys`, () => {
    const send = (method: string, options: CallOptions = {}, query = "") =>
      api.call(method, `${prefix}/api-keys${query}`, { key: operator.key, ...options });
    const create = (body: object, key = operator.key) =>
      send("POST", { key, body: { operatorId: operator.id, ...body } });
    const list = async (key = operator.key) => (await send("GET", { key })).body.data;
    const revoke = (id: string, key = operator.key) => send("DELETE", { key }, `?id=${id}`);

    describe("POST", () => {
      it("makes a key, shows it once, and stores only its SHA-256", async () => {
        const answer = await create({ label: "Production backend" });
        expect(answer.status).toBe(201);
        expect(answer.body).toEqual({
          success: true,
          data: {
            id: expect.stringMatching(uuid),
            key: expect.stringMatching(/^oh_live_[0-9a-f]{64}$/),
            label: "Production backend",
            createdAt: expect.stringMatching(moment),
            expiresAt: null,
            access: "write",
          },
        });
        const { id, key } = answer.body.data;
        const [newest] = await list(key);
        const keyHash = createHash("sha256").update(key).digest("hex");
        expect(newest).toMatchObject({ id, keyHash });
        const dump = await api.sql<{ row: string }>("select to_jsonb(k)::text as row from api_keys k");
        expect(dump.some(({ row }) => row.includes(key.slice(8)))).toBe(false);
      });

      it("makes two of the same request, with an Idempotency-Key too: a plaintext is never remembered", async () => {
        const headers = { "idempotency-key": "once" };
        const body = { operatorId: operator.id };
        const [one, two] = [await send("POST", { body, headers }), await send("POST", { body, headers })];
        expect([one.status, two.status]).toEqual([201, 201]);
        expect(one.body.data.key).not.toBe(two.body.data.key);
        expect(two.headers.get("idempotency-replayed")).toBeNull();
      });

      it("takes a label of 100 characters, an expiry and an access", async () => {
        const label = "🗝".repeat(100);
        const expiresAt = inAnHour();
        const { data } = (await create({ label, expiresAt, access: "read" })).body;
        expect(data).toMatchObject({ label, expiresAt, access: "read" });
        const nulls = (await create({ label: null, expiresAt: null, access: "write" })).body.data;
        expect(nulls).toMatchObject({ label: null, expiresAt: null, access: "write" });
        expect((await create({ label: "" })).body.data.label).toBe("");
      });

      it("reads an expiry in any zone", async () => {
        const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
        const zoned = `${new Date(at.getTime() + 7_200_000).toISOString().slice(0, -1)}+02:00`;
        expect((await create({ expiresAt: zoned })).body.data.expiresAt).toBe(at.toISOString());
      });

      it("needs an operatorId", async () => {
        for (const body of [{}, { operatorId: null }, { operatorId: "" }]) {
          const { message } = expectError(await send("POST", { body }), "MISSING_FIELDS", sentence);
          expect(message).toBe("operatorId is required");
        }
      });

      it("names every other fault", async () => {
        const faults: readonly (readonly [object, string[]])[] = [
          [{ label: "x".repeat(101) }, ["label"]],
          [{ label: 5 }, ["label"]],
          [{ access: "admin" }, ["access"]],
          [{ access: null }, ["access"]],
          [{ expiresAt: "tomorrow" }, ["expiresAt"]],
          [{ expiresAt: "2099-02-30T00:00:00Z" }, ["expiresAt"]],
          [{ expiresAt: 4_102_444_800 }, ["expiresAt"]],
          [{ expiresAt: "2020-01-01T00:00:00Z" }, ["expiresAt"]],
          [{ operatorId: 5, label: [], access: "x" }, ["operatorId", "label", "access"]],
        ];
        for (const [body, expected] of faults) {
          const { fields } = expectError(await create(body), "VALIDATION_FAILED", sentence);
          expect(fields.sort()).toEqual(expected.sort());
        }
        expect(await list()).toHaveLength(1);
      });

      it("refuses any operator but the caller's, whether it exists or not", async () => {
        const messages = new Set<string>();
        for (const operatorId of [absent.operator, "nonsense", "x".repeat(10_000), api.theirs.operator.id]) {
          const answer = await create({ operatorId });
          messages.add(expectError(answer, "FORBIDDEN", sentence).message);
          messages.add(
            expectError(await create({ operatorId }, api.ours.key), "FORBIDDEN", sentence).message,
          );
        }
        expect(messages.size).toBe(1);
      });

      it("says who made the key", async () => {
        await create({ label: "by the operator" });
        await create({ label: "by its platform" }, api.ours.key);
        const made = (await list()).map(({ createdBy, label }: Record<string, string>) => [createdBy, label]);
        expect(made).toEqual([
          ["platform", "by its platform"],
          ["operator", "by the operator"],
          ["platform", null],
        ]);
      });
    });

    describe("GET", () => {
      it("lists one's own keys, newest first, revoked ones too, with exactly these fields", async () => {
        const { id } = (await create({ label: "second", access: "read", expiresAt: inAnHour() })).body.data;
        await revoke(id);
        const answer = await send("GET");
        expect([answer.status, Object.keys(answer.body)]).toEqual([200, ["success", "data"]]);
        expect(answer.body.data).toEqual([
          {
            id,
            operatorId: operator.id,
            keyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
            label: "second",
            createdAt: expect.stringMatching(moment),
            lastUsedAt: null,
            revoked: true,
            expiresAt: expect.stringMatching(moment),
            access: "read",
            createdBy: "operator",
          },
          {
            id: expect.stringMatching(uuid),
            operatorId: operator.id,
            keyHash: createHash("sha256").update(operator.key).digest("hex"),
            label: null,
            createdAt: expect.stringMatching(moment),
            lastUsedAt: null,
            revoked: false,
            expiresAt: null,
            access: "write",
            createdBy: "platform",
          },
        ]);
      });
    });

    describe("PATCH", () => {
      it("renames a key", async () => {
        const { id } = (await create({ label: "old" })).body.data;
        const answer = await send("PATCH", { body: { id, label: "new" } });
        expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Key renamed" }]);
        expect((await list())[0].label).toBe("new");
      });

      it("needs id and label, and a label that is not empty", async () => {
        const id = absent.key;
        for (const body of [
          {},
          { id },
          { label: "x" },
          { id, label: "" },
          { id, label: null },
          { id: "", label: "x" },
        ]) {
          const { message } = expectError(await send("PATCH", { body }), "MISSING_FIELDS", sentence);
          expect(message).toBe("id and label are required");
        }
        for (const label of ["x".repeat(101), 5, {}]) {
          const answer = await send("PATCH", { body: { id, label } });
          expect(expectError(answer, "VALIDATION_FAILED", sentence).fields).toEqual(["label"]);
        }
      });

      it("finds no key that isn't there, malformed or foreign", async () => {
        const [foreign] = (await send("GET", { key: api.theirs.operator.key })).body.data;
        for (const id of [
          absent.key,
          "key_xyz",
          foreign.id,
          "x".repeat(10_000),
          "'; drop table api_keys; --",
        ]) {
          const answer = await send("PATCH", { body: { id, label: "mine" } });
          expect(expectError(answer, "KEY_NOT_FOUND", sentence).message).toBe("Key not found");
        }
      });
    });

    describe("DELETE", () => {
      it("revokes a key, which bites on the very next request, and again is no error", async () => {
        const { id, key } = (await create({})).body.data;
        expect((await send("GET", { key })).status).toBe(200);
        for (let time = 0; time < 2; time += 1) {
          const answer = await revoke(id);
          expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Key revoked" }]);
          expectError(await send("GET", { key }), "AUTH_REVOKED", sentence);
        }
        expect((await list())[0]).toMatchObject({ id, revoked: true });
      });

      it("lets a key revoke itself", async () => {
        const { id, key } = (await create({})).body.data;
        expect((await revoke(id, key)).status).toBe(200);
        expectError(await revoke(id, key), "AUTH_REVOKED", sentence);
      });

      it("with hard=true removes a key that was revoked, for good", async () => {
        const { id, key } = (await create({})).body.data;
        const hard = () => send("DELETE", {}, `?id=${id}&hard=true`);
        expect(expectError(await hard(), "KEY_STILL_ACTIVE", sentence).message).toBe(
          "Cannot delete an active key — revoke it first",
        );
        await revoke(id);
        const answer = await hard();
        expect([answer.status, answer.body]).toEqual([200, { success: true, message: "Key deleted" }]);
        expect(await list()).toHaveLength(1);
        expectError(await hard(), "KEY_NOT_FOUND", sentence);
        expectError(await send("GET", { key }), "AUTH_INVALID", sentence);
      });

      it("with hard=false revokes", async () => {
        const { id } = (await create({})).body.data;
        expect((await send("DELETE", {}, `?id=${id}&hard=false`)).body.message).toBe("Key revoked");
      });

      it("needs an id", async () => {
        for (const query of ["", "?id=", "?hard=true", "?id=&hard=true"]) {
          const { message } = expectError(await send("DELETE", {}, query), "MISSING_FIELDS", sentence);
          expect(message).toBe("Query parameter 'id' is required");
        }
        const odd = await send("DELETE", {}, `?id=${absent.key}&hard=perhaps`);
        expect(expectError(odd, "VALIDATION_FAILED", sentence).fields).toEqual(["hard"]);
      });

      it("finds no key that isn't there, malformed or foreign", async () => {
        const [foreign] = (await send("GET", { key: api.theirs.operator.key })).body.data;
        for (const id of [
          absent.key,
          "key_xyz",
          foreign.id,
          "x".repeat(8_000),
          "%00",
          "%zz",
          "%ff",
          "%F0%9F%97%9D",
        ]) {
          for (const query of [`?id=${id}`, `?id=${id}&hard=true`]) {
            const answer = await send("DELETE", {}, query);
            expect(expectError(answer, "KEY_NOT_FOUND", sentence).message).toBe("Key not found");
          }
        }
        expect((await send("GET", { key: api.theirs.operator.key })).body.data[0].revoked).toBe(false);
      });
    });
  });
