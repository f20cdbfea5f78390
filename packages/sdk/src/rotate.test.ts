import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyRotationError } from "./index.js";
import { operatorClient, operatorKey, rejectionOf } from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  json,
  ok,
  type Seen,
  type Step,
  startFaultServer,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const newKey = `oh_live_${"9c".repeat(32)}`;
const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");
const bearerOf = ({ headers }: Seen) => headers.authorization?.replace("Bearer ", "");

/** An /api-keys with the two keys of a rotation; `faults` answers instead where it has something for a request. */
async function apiKeys({
  expiresAt = null as string | null,
  faults = {} as Readonly<Record<string, Step>>,
} = {}) {
  const base = { operatorId: "op_1", label: "Backend", revoked: false, expiresAt, access: "write" };
  const oldOne = { ...base, id: "old", keyHash: sha256Hex(operatorKey) };
  const newOne = { ...base, id: "new", keyHash: sha256Hex(newKey) };
  const active = new Set(["old"]);
  const step: Step = (reply, request) => {
    const by = bearerOf(request) === newKey ? "new" : "old";
    const id = new URL(request.url, server.url).searchParams.get("id");
    const fault = faults[`${request.method} ${id ?? "keys"} by ${by}`];
    if (fault) return fault(reply, request);
    if (!active.has(by)) return fails(401, "AUTH_REVOKED")(reply, request);
    if (request.method === "GET")
      return ok([newOne, oldOne].filter((key) => active.has(key.id)))(reply, request);
    if (request.method === "POST") {
      active.add("new");
      return json(201, { success: true, data: { ...newOne, key: newKey } })(reply, request);
    }
    active.delete(id ?? "");
    return json(200, { success: true, message: "Key revoked" })(reply, request);
  };
  server.script(step);
  return { active };
}

const createdBody = () => JSON.parse(server.seen.find(({ method }) => method === "POST")?.body ?? "{}");
const refused = fails(403, "FORBIDDEN");

describe("apiKeys.create", () => {
  it("finds the operator through the SHA-256 of the client's key", async () => {
    await apiKeys();
    const { key } = await operatorClient(server.url).apiKeys.create({ label: "ETL", access: "read" });
    expect(key).toBe(newKey);
    expect(createdBody()).toEqual({ operatorId: "op_1", label: "ETL", access: "read", expiresAt: null });
  });

  it("asks nobody where the operator is given", async () => {
    await apiKeys();
    await operatorClient(server.url).apiKeys.create({ operatorId: "op_1", expiresAt: new Date(0) });
    expect(server.seen.map(({ method }) => method)).toEqual(["POST"]);
    expect(createdBody()).toEqual({ operatorId: "op_1", expiresAt: "1970-01-01T00:00:00.000Z" });
  });

  it("fails where the server does not list the key, and creates nothing", async () => {
    server.script(ok([]));
    expect(await rejectionOf(operatorClient(server.url).apiKeys.create())).toMatchObject({
      name: "OneHazelError",
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe("apiKeys.rotate", () => {
  it("creates, verifies, hands over and revokes the old one; the client goes on with the new key", async () => {
    const { active } = await apiKeys();
    const client = operatorClient(server.url);
    const handedOver: string[] = [];
    const handOver = (key: string) => {
      expect([...active]).toEqual(["old", "new"]);
      handedOver.push(key);
    };
    expect(await client.apiKeys.rotate({ handOver })).toEqual({ oldKeyId: "old", newKeyId: "new" });
    expect(handedOver).toEqual([newKey]);
    expect([...active]).toEqual(["new"]);
    expect(createdBody()).toMatchObject({ label: "Backend", access: "write", operatorId: "op_1" });
    expect((await client.apiKeys.current()).id).toBe("new");
  });

  const stops: [string, Readonly<Record<string, Step>>, boolean, object, string[]][] = [
    ["create", { "POST keys by old": refused }, false, { step: "create", newKeyId: undefined }, ["old"]],
    ["verify", { "GET keys by new": refused }, false, { step: "verify", newKeyId: undefined }, ["old"]],
    [
      "verify, and the new key cannot be taken back",
      { "GET keys by new": refused, "DELETE new by old": refused },
      false,
      { step: "verify", newKeyId: "new" },
      ["old", "new"],
    ],
    ["handOver", {}, true, { step: "handOver", newKeyId: "new" }, ["old", "new"]],
    ["revoke", { "DELETE old by new": refused }, false, { step: "revoke", newKeyId: "new" }, ["old", "new"]],
  ];
  it.each(stops)(
    "stopped at %s: the old key still works, and the error shows ids only",
    async (_, faults, throws, seen, left) => {
      const { active } = await apiKeys({ faults });
      const handOver = () => {
        if (throws) throw new Error("the vault is closed");
      };
      const error = await rejectionOf(operatorClient(server.url).apiKeys.rotate({ handOver }));
      expect(error).toBeInstanceOf(KeyRotationError);
      expect(error).toMatchObject({ ...seen, oldKeyId: "old" });
      expect([...active]).toEqual(left);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/(0f){8}|(9c){8}/);
    },
  );

  it("asks for an expiry before it creates anything, where the old key has one", async () => {
    await apiKeys({ expiresAt: "2030-01-01T00:00:00.000Z" });
    const { apiKeys: keys } = operatorClient(server.url);
    const handOver = () => undefined;
    expect(await rejectionOf(keys.rotate({ handOver }))).toMatchObject({ name: "ArgumentError" });
    expect(server.seen.map(({ method }) => method)).toEqual(["GET"]);
    await keys.rotate({ handOver, expiresAt: "2031-01-01T00:00:00.000Z" });
    expect(createdBody().expiresAt).toBe("2031-01-01T00:00:00.000Z");
  });
});
