import { once } from "node:events";
import { chmod, readFile, stat } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { isAPIError } from "@onehazel/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";

let work: Workplace;
beforeAll(async () => {
  work = await startWorkplace();
});
afterAll(() => work.stop());

const anyKey = /oh_(live|platform)_[0-9a-f]{8}/;

describe("a login", () => {
  it("stores the key for its owner alone, serves the other commands, and is forgotten", async () => {
    const env = { ONEHAZEL_CONFIG_DIR: work.path("config") };
    const stored = work.path("config/credentials.json");
    const login = await work.run(["login", "--base-url", work.baseUrl, "--json"], {
      env,
      input: `${work.apiKey}\n`,
    });
    expect(login.json()).toMatchObject({ operatorId: work.operatorId, from: "login", access: "write" });
    expect((await stat(stored)).mode & 0o777).toBe(0o600);
    expect((await stat(work.path("config"))).mode & 0o777).toBe(0o700);
    expect(login.stdout + login.stderr).not.toMatch(anyKey);

    const whoami = await work.run(["whoami", "--json"], { env });
    const current = await work.client.apiKeys.current();
    expect(whoami.json()).toMatchObject({
      operatorId: work.operatorId,
      keyId: current.id,
      baseUrl: work.baseUrl,
    });

    expect((await work.run(["logout", "--json"], { env })).json()).toEqual({ loggedOut: true });
    expect((await work.run(["logout", "--json"], { env })).json()).toEqual({ loggedOut: false });
    const after = await work.run(["whoami", "--json"], { env });
    expect([after.code, after.json()]).toMatchObject([4, { error: { code: "NOT_LOGGED_IN" } }]);
  });

  it("goes under XDG_CONFIG_HOME, or else under ~/.config", async () => {
    const login = ["login", "--base-url", work.baseUrl];
    await work.run(login, {
      env: { XDG_CONFIG_HOME: work.path("xdg"), HOME: work.path("home") },
      input: work.apiKey,
    });
    await work.run(login, { env: { HOME: work.path("home") }, input: work.apiKey });
    for (const path of ["xdg/onehazel", "home/.config/onehazel"]) {
      expect(JSON.parse(await readFile(work.path(`${path}/credentials.json`), "utf8"))).toEqual({
        baseUrl: work.baseUrl,
        apiKey: work.apiKey,
      });
    }
  });

  it("stores no key that the server does not know", async () => {
    const env = { ONEHAZEL_CONFIG_DIR: work.path("unknown") };
    const input = `oh_live_${"0".repeat(64)}`;
    const login = await work.run(["login", "--base-url", work.baseUrl, "--json"], { env, input });
    expect([login.code, login.json()]).toMatchObject([4, { error: { code: "AUTH_INVALID", status: 401 } }]);
    await expect(stat(work.path("unknown"))).rejects.toThrow("ENOENT");
  });

  it("takes no platform's key and nothing that is no key, and sends neither", async () => {
    // Nobody listens there.
    const baseUrl = "http://127.0.0.1:9";
    const env = { ONEHAZEL_CONFIG_DIR: work.path("platform") };
    const platformKey = `oh_platform_${"0".repeat(64)}`;
    const login = ["login", "--base-url", baseUrl, "--json"];
    const whoami = { ...env, ONEHAZEL_API_KEY: platformKey, ONEHAZEL_BASE_URL: baseUrl };
    for (const ran of [
      await work.run(login, { env, input: platformKey }),
      await work.run(["whoami", "--json"], { env: whoami }),
    ]) {
      expect([ran.code, ran.json()]).toMatchObject([4, { error: { code: "PLATFORM_KEY" } }]);
      expect(ran.stderr).toContain("take a key of the operator's (oh_live_…)");
      expect(ran.stderr).not.toMatch(anyKey);
    }
    const other = await work.run(login, { env, input: "sk_live_1" });
    expect([other.code, other.json()]).toMatchObject([2, { error: { code: "USAGE" } }]);
    await expect(stat(work.path("platform"))).rejects.toThrow("ENOENT");
  });

  it("is not used while others can read it", async () => {
    const env = { ONEHAZEL_CONFIG_DIR: work.path("exposed") };
    await work.run(["login", "--base-url", work.baseUrl], { env, input: work.apiKey });
    await chmod(work.path("exposed/credentials.json"), 0o640);
    const whoami = await work.run(["whoami", "--json"], { env });
    expect([whoami.code, whoami.json()]).toMatchObject([4, { error: { code: "LOGIN_EXPOSED" } }]);
  });

  it("sends the stored key to no other host", async () => {
    const env = { ONEHAZEL_CONFIG_DIR: work.path("host") };
    await work.run(["login", "--base-url", work.baseUrl], { env, input: work.apiKey });
    const elsewhere = await work.run(["whoami"], {
      env: { ...env, ONEHAZEL_BASE_URL: "http://127.0.0.1:9" },
    });
    expect([elsewhere.code, elsewhere.stdout]).toEqual([2, ""]);
  });
});

describe("a key among the arguments", () => {
  it.each([
    ["login", "KEY"],
    ["--key=KEY"],
    ["KEY"],
    ["whoami", "--api-key", "KEY"],
    ["entities", "import", "KEY"],
  ])("is never shown: %s %s", async (...args) => {
    const ran = await work.run(args.map((word) => word.replace("KEY", work.apiKey)).concat("--json"));
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).not.toMatch(anyKey);
    expect(ran.json()).toMatchObject({ error: { code: "USAGE" } });
  });
});

describe("keys rotate", () => {
  it("puts the new key in the login's place and revokes the old one", async () => {
    const operator = await work.newOperator();
    const env = { ONEHAZEL_CONFIG_DIR: work.path("rotate") };
    await work.run(["login", "--base-url", work.baseUrl], { env, input: operator.apiKey });
    const rotated = await work.run(["keys", "rotate", "--label", "Second", "--json"], { env });
    const { newKeyId, oldKeyId } = rotated.json();
    expect(rotated.stdout + rotated.stderr).not.toMatch(anyKey);
    expect((await work.run(["whoami", "--json"], { env })).json()).toMatchObject({
      keyId: newKeyId,
      label: "Second",
    });
    expect(oldKeyId).not.toBe(newKeyId);
    const old = await operator.client.apiKeys.list().catch((error: unknown) => error);
    expect(isAPIError(old, "AUTH_REVOKED")).toBe(true);
  });

  it("writes it to a file that is nobody else's when the key comes from the environment", async () => {
    const { env } = await work.newOperator();
    const keyFile = work.path("new.key");
    expect((await work.run(["keys", "rotate", "--json"], { env })).code).toBe(2);
    const rotated = await work.run(["keys", "rotate", "--key-file", keyFile, "--json"], { env });
    expect(rotated.json()).toMatchObject({ storedIn: keyFile });
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const renewed = { ...env, ONEHAZEL_API_KEY: (await readFile(keyFile, "utf8")).trim() };
    expect((await work.run(["whoami", "--json"], { env: renewed })).json()).toMatchObject({
      keyId: rotated.json().newKeyId,
    });
    expect((await work.run(["keys", "rotate", "--key-file", keyFile], { env: renewed })).code).toBe(2);
  });
});

describe("erase", () => {
  it("needs a yes, gives the receipt, and finds nothing the second time", async () => {
    const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
    await work.client.entities.upsert({ entityType: "player", externalId: "erase/me", data });
    expect((await work.run(["erase", "erase/me", "--json"])).code).toBe(2);
    expect((await work.client.entities.get("erase/me")).data).toEqual(data);
    const erased = await work.run(["erase", "erase/me", "--yes", "--json"]);
    expect(erased.json()).toMatchObject({ status: "completed", alreadyGone: false });
    const again = await work.run(["erase", "erase/me", "--yes", "--json"]);
    expect([again.code, again.json()]).toMatchObject([
      1,
      { error: { code: "ENTITY_NOT_FOUND", status: 404 } },
    ]);
  });
});

describe("a server that is not there", () => {
  it("is a failure in one line, with the reason", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, "close");
    const env = { ...work.env, ONEHAZEL_BASE_URL: `http://127.0.0.1:${port}` };
    const whoami = await work.run(["whoami", "--json"], { env });
    expect(whoami.code).toBe(1);
    expect(whoami.json<{ error: { message: string } }>().error.message).toMatch(/[^)] \(ECONNREFUSED\)$/);
  });
});
