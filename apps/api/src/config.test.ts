import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readAdminConfig, readConfig } from "./config.js";

const masterKey = `k1:${"ab".repeat(32)}`;
const database = "postgres://server@db.example/onehazel";

function faultsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

it("nothing set is the embedded database on port 8080", () => {
  expect(readConfig({})).toMatchObject({
    port: 8080,
    databaseUrl: undefined,
    keyring: undefined,
    checkReplies: true,
  });
});

it("an empty variable counts as unset", () => {
  expect(readConfig({ PORT: "", ONEHAZEL_MASTER_KEYS: "" })).toEqual(readConfig({}));
});

it("an empty DATABASE_URL is refused: a secret that went missing is no wish for the embedded database", () => {
  expect(faultsOf({ DATABASE_URL: "" })).toContain("DATABASE_URL: is empty");
});

it("every wrong setting is named at once, and none of what they were set to", () => {
  const env = {
    PORT: "-7777",
    DATABASE_URL: "postgres://user:hunter2@host:99999/db",
    DATABASE_OWNER_URL: "mysql://hunter2",
    DATABASE_POOL_MAX: "7777e3",
    CONNECTIONS_MAX: "7777777",
    TRANSFER_BYTES_MAX: "77",
    BATCH_BODIES_BYTES_MAX: "77",
    ONEHAZEL_MASTER_KEYS: "hunter2",
    REDIS_URL: "http://hunter2",
    JWT_SECRET: "hunter2",
    JWKS_URL: "http://hunter2",
    AUTH_FAILURES_PER_MINUTE: "0x7777",
    TRUSTED_PROXIES: "10.0.0.0/8, hunter2",
    LOG_LEVEL: "hunter2",
    CHECK_REPLIES: "hunter2",
  };
  const faults = faultsOf(env);
  for (const name of Object.keys(env)) expect(faults).toContain(`${name}: `);
  expect(faults).not.toMatch(/hunter2|\b7777|\b99999\b/);
});

it("the memory for bodies and responses may be set under its former name", () => {
  const bytesOf = (env: Record<string, string>) => readConfig(env).transferBytesMax;
  expect(bytesOf({})).toBe(67_108_864);
  expect(bytesOf({ BATCH_BODIES_BYTES_MAX: "20000000" })).toBe(20_000_000);
  expect(bytesOf({ BATCH_BODIES_BYTES_MAX: "20000000", TRANSFER_BYTES_MAX: "30000000" })).toBe(30_000_000);
});

describe("with DATABASE_URL", () => {
  it.each([
    ["is required", {}],
    ["no master key", { ONEHAZEL_MASTER_KEYS: " " }],
    ["id:key", { ONEHAZEL_MASTER_KEYS: "ab".repeat(32) }],
    ["32 bytes", { ONEHAZEL_MASTER_KEYS: `k1:${"ab".repeat(31)}` }],
    ["no secret", { ONEHAZEL_MASTER_KEYS: `k1:${"0".repeat(64)}` }],
    ["same id", { ONEHAZEL_MASTER_KEYS: `${masterKey},k1:${"cd".repeat(32)}` }],
  ])("master keys are held to their form: %s", (fault, env) => {
    const faults = faultsOf({ DATABASE_URL: database, ...env });
    expect(faults).toContain("ONEHAZEL_MASTER_KEYS: ");
    expect(faults).toContain(fault);
    expect(faults).not.toMatch(/abab|cdcd/);
  });

  it("a missing master key is told together with faults of other settings", () => {
    const faults = faultsOf({ DATABASE_URL: database, PORT: "x" });
    expect(faults).toMatch(/PORT: .*\n.*ONEHAZEL_MASTER_KEYS: /);
  });

  it.each([
    "postgres://user@/db?host=/run/postgresql",
    "postgres:///db?host=/run/postgresql",
    "postgresql://user:p%40ss@[::1]:5432/db?sslmode=require",
  ])("%s is a URL", (url) => {
    expect(readConfig({ DATABASE_URL: url, ONEHAZEL_MASTER_KEYS: masterKey })).toMatchObject({
      databaseUrl: url,
      keyring: { ids: ["k1"] },
      checkReplies: false,
    });
  });
});

it("a setting with few values is refused with the list of them", () => {
  const faults = faultsOf({ LOG_LEVEL: "verbose", CHECK_REPLIES: "1" });
  expect(faults).toContain("LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent");
  expect(faults).toContain("CHECK_REPLIES: must be one of true, false");
});

it("a login for the owner or the worker makes no sense to the server without its own", () => {
  expect(faultsOf({ DATABASE_OWNER_URL: database })).toContain("DATABASE_OWNER_URL: needs DATABASE_URL");
  expect(faultsOf({ DATABASE_WORKER_URL: database })).toContain("DATABASE_WORKER_URL: needs DATABASE_URL");
});

describe("sessions", () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const issuer = "https://auth.example/auth/v1";

  it("are taken from nobody unless it is said", () => {
    expect(readConfig({}).sessions).toBeUndefined();
  });

  it("need a secret or a key set, and an issuer; the audience is Supabase's unless said", () => {
    const { sessions } = readConfig({ JWT_SECRET: secret, JWT_ISSUER: issuer });
    expect(sessions).toMatchObject({ jwksUrl: undefined, issuer, audience: "authenticated" });
    expect(sessions?.secret?.export().toString()).toBe(secret);
    const jwksUrl = `${issuer}/.well-known/jwks.json`;
    const published = { JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: "ours" };
    expect(readConfig(published).sessions).toEqual({ secret: undefined, jwksUrl, issuer, audience: "ours" });
    expect(faultsOf({ JWT_SECRET: secret })).toContain("JWT_ISSUER: is required");
    expect(faultsOf({ JWKS_URL: jwksUrl })).toContain("JWT_ISSUER: is required");
    expect(faultsOf({ JWT_SECRET: "", JWT_ISSUER: issuer })).toContain("JWT_ISSUER: needs JWT_SECRET");
    expect(faultsOf({ JWT_AUDIENCE: "x" })).toContain("JWT_AUDIENCE: needs JWT_SECRET");
  });

  it("are not verified with a short secret, counted in bytes", () => {
    expect(faultsOf({ JWT_SECRET: "x".repeat(31), JWT_ISSUER: issuer })).toContain(
      "JWT_SECRET: must be 32 bytes",
    );
    expect(faultsOf({ JWT_SECRET: "é".repeat(16), JWT_ISSUER: issuer })).toBe("");
  });

  it("are not verified with keys that anybody on the way could change", () => {
    const faults = (url: string) => faultsOf({ JWKS_URL: url, JWT_ISSUER: issuer });
    for (const url of [
      "https://auth.example/jwks",
      "http://localhost:54321/jwks",
      "http://127.0.0.1/",
      "http://[::1]:1/",
    ]) {
      expect([url, faults(url)]).toEqual([url, ""]);
    }
    for (const url of [
      "http://auth.example/jwks",
      "http://localhost.example/",
      "https://u:p@auth.example/",
      "ftp://localhost/",
      "auth",
    ]) {
      expect([url, faults(url)]).toEqual([url, expect.stringContaining("JWKS_URL: must be an https URL")]);
    }
  });

  it("keep their secret out of what is printed", () => {
    const config = readConfig({ JWT_SECRET: secret, JWT_ISSUER: issuer });
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain(secret);
  });
});

it("the command line needs no server settings, and does not mind wrong ones", () => {
  expect(readAdminConfig({ DATABASE_OWNER_URL: database, PORT: "x" })).toMatchObject({
    databaseOwnerUrl: database,
  });
});
