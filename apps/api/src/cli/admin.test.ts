import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAdminJsonOn, runAdminOn } from "../testing/admin.js";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const admin = (args: string[], input?: string) => runAdminOn(api, args, input);
const adminJson = <T = Record<string, unknown>>(args: string[]) => runAdminJsonOn<T>(api, args);

const platformCalls = (key: string) => api.call("GET", "/platform-api/operators", { key });
const operatorCalls = (key: string) => api.call("GET", "/api-keys", { key });

describe("platforms", () => {
  it("are created with a key that works, and listed across tenants", async () => {
    const made = await adminJson<{ platformId: string; platformKey: string }>([
      "platform:create",
      "--name",
      "Züge & 'Söhne'",
      "--management-limit",
      "1200",
    ]);
    expect(Object.keys(made)).toEqual(["platformId", "platformKey"]);
    expect(await platformCalls(made.platformKey)).toMatchObject({ status: 200, body: { data: [] } });

    const listed = await adminJson<{ platformId: string }[]>(["platform:list"]);
    expect(listed.map(({ platformId }) => platformId)).toEqual([api.ours.id, api.theirs.id, made.platformId]);
    expect(listed[0]).toMatchObject({ operators: 1, managementLimit: null });
    expect(listed[2]).toMatchObject({ name: "Züge & 'Söhne'", operators: 0, managementLimit: 1200 });
  });

  it("say the same to a person, the result on standard output and the advice beside it", async () => {
    const { stdout, stderr } = await admin(["platform:create", "--name", "Plain"]);
    expect(stdout).toMatch(/^platformId {3}plat_[0-9a-f]{16}\nplatformKey {2}oh_platform_[0-9a-f]{64}\n$/);
    expect(stderr).toContain("nothing shows it again");
    expect((await admin(["platform:list"])).stdout).toMatch(/^platformId .*\nplat_.* ours\n/s);
  });

  it("get further keys, which are listed without their plaintext and revoked for the very next request", async () => {
    const platform = ["--platform", api.ours.id];
    const label = ["--label", "rollout"];
    const made = await adminJson<{ keyId: string; platformKey: string }>([
      "platform:key:create",
      ...platform,
      ...label,
    ]);
    expect(await platformCalls(made.platformKey)).toMatchObject({ status: 200 });
    const [newest, ...older] = await adminJson<object[]>(["platform:key:list", ...platform]);
    const keyHash = createHash("sha256").update(made.platformKey).digest("hex");
    expect(newest).toMatchObject({ keyId: made.keyId, keyHash, label: "rollout", revoked: false });
    expect(older).toHaveLength(1);

    const revoke = ["platform:key:revoke", ...platform, "--key", made.keyId];
    expect(await adminJson(revoke)).toEqual({ keyId: made.keyId, platformId: api.ours.id, revoked: true });
    expect((await platformCalls(made.platformKey)).body.error.code).toBe("AUTH_REVOKED");
    expect(await admin(revoke)).toMatchObject({ code: 0 });
    expect((await admin(["platform:key:list", ...platform])).stdout).toMatch(/revoked .*rollout\n/);
    expect(await platformCalls(api.ours.key)).toMatchObject({ status: 200 });
  });
});

describe("an operator", () => {
  it("that is suspended is shut out from the very next request; again is fine and keeps the time", async () => {
    const operator = await api.createOperator(api.ours);
    expect(await operatorCalls(operator.key)).toMatchObject({ status: 200 });
    const first = await adminJson(["operator:suspend", operator.id]);
    expect(await operatorCalls(operator.key)).toMatchObject({
      status: 401,
      body: { code: "AUTH_SUSPENDED" },
    });
    expect(first).toMatchObject({ operatorId: operator.id, platformId: api.ours.id });
    expect(await adminJson(["operator:suspend", operator.id])).toEqual(first);

    const path = `/platform-api/operators/${operator.id}`;
    await api.call("PUT", path, { key: api.ours.key, body: { status: "active" } });
    expect(await operatorCalls(operator.key)).toMatchObject({ status: 200 });
  });
});

describe("a leaked key", () => {
  const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");

  it.each([
    ["its id", (key: { id: string; key: string }) => [[key.id]]],
    ["its SHA-256", (key: { key: string }) => [[sha256(key.key)]]],
    ["itself, from standard input", (key: { key: string }) => [["-"], `${key.key}\r\n`]],
  ] as [string, (key: { id: string; key: string }) => [string[], string?]][])(
    "is revoked by %s, though it is the last one; again is fine",
    async (_, name) => {
      const { id } = await api.createOperator(api.theirs, { template: false });
      const [only] = (
        await api.call("GET", `/platform-api/operators/${id}/api-keys`, { key: api.theirs.key })
      ).body.data;
      await api.sql("delete from api_keys where id = $1", [only.id]);
      const key = await api.createKey(api.theirs, id);
      expect(await operatorCalls(key.key)).toMatchObject({ status: 200 });
      const [argument, input] = name(key);
      const revoked = await admin(["key:revoke", ...argument, "--json"], input);
      expect(JSON.parse(revoked.stdout)).toEqual({
        keyId: key.id,
        platformId: api.theirs.id,
        operatorId: id,
        revoked: true,
      });
      expect(revoked.stderr).toBe("");
      expect((await operatorCalls(key.key)).body.code).toBe("AUTH_REVOKED");
      expect(await admin(["key:revoke", ...argument], input)).toMatchObject({ code: 0 });
    },
  );

  it("given as an argument is revoked with a warning, a platform's too, and not repeated", async () => {
    const { platformKey, platformId } = await adminJson<{ platformKey: string; platformId: string }>([
      "platform:create",
      "--name",
      "Leaky",
    ]);
    const outcome = await admin(["key:revoke", platformKey]);
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`of ${platformId} is revoked`),
    });
    expect(outcome.stderr).toContain("shell's history");
    expect(outcome.stdout + outcome.stderr).not.toContain(platformKey);
    expect((await platformCalls(platformKey)).body.error.code).toBe("AUTH_REVOKED");
  });
});

const nobodysKey = "00000000-0000-4000-8000-000000000000";

describe("what is nobody's", () => {
  it.each([
    ["platform:key:create", "--platform", "plat_0123456789abcdef"],
    ["platform:key:list", "--platform", "nonsense"],
    ["platform:key:revoke", "--platform", "plat_0123456789abcdef", "--key", nobodysKey],
    ["operator:suspend", "op_0123456789abcdef"],
    ["operator:suspend", "'; drop table operators"],
    ["key:revoke", nobodysKey],
    ["key:revoke", "ab".repeat(32)],
  ])("is said so, with exit code 1: %s %s", async (...args) => {
    const { code, stdout, stderr } = await admin(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^(There is no|No operator)[^\n]+\n$/);
  });

  it("another platform's key is not revoked through this one", async () => {
    const [theirKey] = await adminJson<{ keyId: string }[]>([
      "platform:key:list",
      "--platform",
      api.theirs.id,
    ]);
    const args = ["platform:key:revoke", "--platform", api.ours.id, "--key", theirKey?.keyId as string];
    expect(await admin(args)).toMatchObject({ code: 1, stderr: expect.stringContaining("has no key") });
    expect(await platformCalls(api.theirs.key)).toMatchObject({ status: 200 });
  });
});

describe("misuse", () => {
  it("what may be most of a key is not repeated", async () => {
    const almost = `oh_live_${"ab".repeat(31)}`;
    for (const [args, input] of [[[almost]], [["-"], almost]] as [string[], string?][]) {
      const { code, stderr } = await admin(["key:revoke", ...args], input);
      expect(code).toBe(2);
      expect(stderr).not.toContain("abab");
    }
  });
});
