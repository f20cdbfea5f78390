import { randomBytes } from "node:crypto";
import { credentialKinds, type Operation, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { emptyRequest, keyFor } from "./requests.js";

let api: TestApi;
/** Keys that were good once, by what became of them. */
let spent: Record<"revoked" | "expired" | "suspended" | "suspendedAndRevoked", string>;
let readKey: string;
let revokedPlatformKey: string;

beforeAll(async () => {
  api = await startApi();
  const { ours, theirs } = api;
  const revoke = async (operatorId: string, id: string) =>
    api.call("DELETE", `/platform-api/operators/${operatorId}/api-keys/${id}`, { key: ours.key });
  const [revoked, expired, read] = await Promise.all([
    api.createKey(ours, ours.operator.id),
    api.createKey(ours, ours.operator.id),
    api.createKey(ours, ours.operator.id, { access: "read" }),
  ]);
  await revoke(ours.operator.id, revoked.id);
  await api.sql("update api_keys set expires_at = now() - interval '1 second' where id = $1", [expired.id]);
  const out = await api.createOperator(ours);
  const both = await api.createKey(ours, out.id);
  await revoke(out.id, both.id);
  await api.call("DELETE", `/platform-api/operators/${out.id}`, { key: ours.key });
  spent = { revoked: revoked.key, expired: expired.key, suspended: out.key, suspendedAndRevoked: both.key };
  readKey = read.key;
  revokedPlatformKey = theirs.key;
  await api.sql("update platform_keys set revoked_at = now() where platform_id = $1", [theirs.id]);
});
afterAll(() => api.stop());

const hex = () => randomBytes(32).toString("hex");
/** What is no credential of ours, whatever it looks like. */
const unknown: readonly (readonly [string, () => string])[] = [
  ["empty", () => ""],
  ["a scheme alone", () => "Bearer"],
  ["a scheme and a space", () => "Bearer "],
  ["another scheme", () => `Basic ${Buffer.from("user:secret").toString("base64")}`],
  ["a key without a scheme", () => api.ours.operator.key],
  ["a key under another scheme", () => `Token ${api.ours.operator.key}`],
  ["a word", () => "Bearer hello"],
  ["two words", () => `Bearer ${api.ours.operator.key} ${api.ours.operator.key}`],
  ["an operator key of nobody", () => `Bearer oh_live_${hex()}`],
  ["a platform key of nobody", () => `Bearer oh_platform_${hex()}`],
  ["a key that is too short", () => `Bearer ${api.ours.operator.key.slice(0, -1)}`],
  ["a key that is too long", () => `Bearer ${api.ours.operator.key}0`],
  ["a key in upper case", () => `Bearer ${api.ours.operator.key.toUpperCase()}`],
  ["a key under the other prefix", () => `Bearer ${api.ours.key.replace("oh_platform_", "oh_live_")}`],
  ["a token of three parts", () => "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."],
];

function send(operation: Operation, prefix: string, headers: Record<string, string>) {
  const { method, path, body } = emptyRequest(operation, "");
  return api.call(method, `${prefix}${path}`, { body, headers });
}

const cases = prefixes.flatMap((prefix) =>
  operations.map((operation) => ({
    name: `${operation.method} ${prefix}${operation.path}`,
    operation,
    prefix,
  })),
);

for (const { name, operation, prefix } of cases)
  describe(name, () => {
    const shape = operation.errorShape;
    const refusedAs = async (authorization: string, code: Parameters<typeof expectError>[1]) =>
      expectError(await send(operation, prefix, { authorization }), code, { shape });

    it("refuses a request without credentials", async () => {
      expectError(await send(operation, prefix, {}), "AUTH_MISSING", { shape });
    });

    it("refuses whatever is no key of anybody", async () => {
      for (const [, authorization] of unknown) await refusedAs(authorization(), "AUTH_INVALID");
    });

    it("refuses a key that is revoked, expired, or of a suspended operator, in that order", async () => {
      await refusedAs(`Bearer ${spent.revoked}`, "AUTH_REVOKED");
      await refusedAs(`Bearer ${spent.expired}`, "AUTH_EXPIRED");
      await refusedAs(`Bearer ${spent.suspended}`, "AUTH_SUSPENDED");
      await refusedAs(`Bearer ${spent.suspendedAndRevoked}`, "AUTH_REVOKED");
      await refusedAs(`Bearer ${revokedPlatformKey}`, "AUTH_REVOKED");
    });

    it("refuses a valid credential of the wrong kind", async () => {
      for (const kind of credentialKinds.filter((kind) => !operation.credentials.includes(kind))) {
        await refusedAs(`Bearer ${keyFor(api.ours, kind)}`, "FORBIDDEN");
      }
    });

    it("lets a key with access read do nothing but read", async () => {
      const answer = await send(operation, prefix, { authorization: `Bearer ${readKey}` });
      const mayRead = operation.method === "GET" && operation.credentials.includes("operatorKey");
      if (mayRead) expect([200, 404]).toContain(answer.status);
      else expectError(answer, "FORBIDDEN", { shape });
    });

    it("takes the scheme in any case", async () => {
      const [kind] = operation.credentials;
      const answer = await send(operation, prefix, { authorization: `bEARER  ${keyFor(api.ours, kind!)}` });
      expect(answer.status).not.toBe(401);
    });
  });

it("what is no credential has one answer, so that nobody learns what it lacked", async () => {
  const answers = await Promise.all(
    unknown.map(async ([, authorization]) => {
      const { body } = await send(operations[0]!, "", { authorization: authorization() });
      return JSON.stringify(body.error);
    }),
  );
  expect(new Set(answers).size).toBe(1);
});
