import { credentialKinds, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { bodyKindOf, emptyRequest, exampleRequest, keyFor, withSurprise } from "./requests.js";
import { makeThings } from "./things.js";

let api: TestApi;
let readKey: string;
beforeAll(async () => {
  api = await startApi();
  readKey = (await api.createKey(api.ours, api.ours.operator.id, { access: "read" })).key;
});
afterAll(() => api.stop());

/** A platform of its own for each test, since some operations end what they are about. */
async function fresh() {
  const operator = await api.createOperator(api.ours);
  const tenant = { ...api.ours, operator };
  return { tenant, things: await makeThings(api, tenant) };
}

describe("every operation answers", () => {
  for (const prefix of prefixes) {
    for (const operation of operations) {
      it(`${operation.method} ${prefix}${operation.path}`, async () => {
        for (const kind of operation.credentials) {
          const { tenant, things } = await fresh();
          if (operation.method === "DELETE" && operation.path === "/platform-api/operators/{id}") {
            expect(things.operator).toBe(tenant.operator.id);
          }
          const { method, path, key, body } = exampleRequest(operation, keyFor(tenant, kind), () => things);
          const answer = await api.call(method, `${prefix}${path}`, { key, body });
          if (operation.id !== "exportEntity") expect(answer.body.success, answer.text).toBe(true);
          expect(operation.statuses.filter((status) => status < 300)).toContain(answer.status);
          expect(answer.headers.get("cache-control")).toBe("no-store");
          expect(answer.headers.get("idempotency-replayed")).toBeNull();
        }
      });
    }
  }
});

describe("of several faults, the first in this order is answered:", () => {
  for (const operation of operations.filter(({ body }) => body !== "none")) {
    const shape = operation.errorShape;
    const { method } = operation;
    const big = "x".repeat(operation.bodyBytesMax + 1_048_576);

    it(`${method} ${operation.path}: route, credential, reach, media type, size, JSON, fields`, async () => {
      const key = keyFor(api.ours, operation.credentials[0]!);
      const { path, body } = emptyRequest(operation, key);
      const surprising = `${path}?Surprise=1`;
      const send = (as: string | undefined, text: string, type: string, by = method, to = surprising) =>
        api.call(by, to, { key: as, body: text, headers: { "content-type": type } });
      const text = "text/plain";
      const json = "application/json";

      expectError(await send(undefined, big, text, "DELETE", `${path}/x/y/z?Surprise=1`), "NOT_FOUND");
      expectError(await send(undefined, big, text, "OPTIONS"), "METHOD_NOT_ALLOWED", { shape });
      expectError(await send(undefined, big, text), "AUTH_MISSING", { shape });
      expectError(await send("oh_live_0", big, text), "AUTH_INVALID", { shape });
      for (const kind of credentialKinds) {
        if (operation.credentials.includes(kind)) continue;
        expectError(await send(keyFor(api.ours, kind), big, text), "FORBIDDEN", { shape });
      }
      expectError(await send(readKey, big, text), "FORBIDDEN", { shape });
      expectError(await send(key, big, text), "UNSUPPORTED_MEDIA_TYPE", { shape });
      expectError(await send(key, big, json), "PAYLOAD_TOO_LARGE", { shape });
      expectError(await send(key, "{", json), "INVALID_JSON", { shape });

      const required = operation.bodySchema?.required ?? [];
      const unknown = JSON.stringify({ ...body, Surprise: 1 });
      if (required.length > 0) {
        const faults = expectError(await send(key, '{"Surprise":1}', json), "MISSING_FIELDS", { shape });
        expect(faults.fields.sort()).toEqual([...required, "Surprise"].sort());
      }
      if (bodyKindOf(operation) === "object") {
        expectError(await send(key, unknown, json, method, path), "VALIDATION_FAILED", { shape });
      }
      expectError(await send(key, JSON.stringify(body), json), "VALIDATION_FAILED", { shape });
      expect([200, 201, 403, 404]).toContain(
        (await send(key, JSON.stringify(body), json, method, path)).status,
      );
    });
  }

  for (const operation of operations.filter(({ idempotent }) => idempotent)) {
    it(`${operation.method} ${operation.path}: fields, then the Idempotency-Key, then the thing`, async () => {
      const { tenant, things } = await fresh();
      const key = keyFor(tenant, operation.credentials[0]!);
      const headers = { "idempotency-key": `order-${operation.id}` };
      const { method, path, body } = exampleRequest(operation, key, () => things);
      expect((await api.call(method, path, { key, body, headers })).body.success).toBe(true);

      const other = emptyRequest(operation, key);
      const faulty = withSurprise(operation, other);
      expectError(
        await api.call(method, faulty.path, { key, body: faulty.body, headers }),
        "VALIDATION_FAILED",
      );
      const renamed = operation.id === "createOperator" || operation.id === "createTemplate";
      // Where an operation names no thing, another valid request of it.
      const changed = renamed ? { ...other.body, name: "Another" } : other.body;
      expectError(
        await api.call(method, other.path, { key, body: changed, headers }),
        "IDEMPOTENCY_KEY_REUSED",
      );
    });
  }

  it("an Idempotency-Key that is none is a fault like the others", async () => {
    for (const operation of operations.filter(({ idempotent }) => idempotent)) {
      const key = keyFor(api.ours, operation.credentials[0]!);
      const { method, path, body } = withSurprise(operation, emptyRequest(operation, key));
      for (const bad of ["", "x".repeat(256), "a b", "schlüssel", "a\tb"]) {
        const answer = await api.call(method, path, {
          key,
          body,
          headers: { "idempotency-key": bad },
        });
        const { fields } = expectError(answer, "VALIDATION_FAILED");
        expect(fields.sort()).toEqual(["Idempotency-Key", "Surprise"]);
      }
    }
  });
});
