import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTrustedProxies, trustNobody } from "../http/rate-limit/client-address.js";
import { call } from "./call.js";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { standingOf } from "./rate-limit-headers.js";

const authFailuresMax = 3;
const entities = "/operator-data-api/entities";
const unknown = () => `oh_live_${randomBytes(32).toString("hex")}`;

function fail(api: TestApi, forwarded?: string, path = entities) {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return call(api.baseUrl, "GET", path, { key: unknown(), headers });
}

describe("without trusted proxies", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ limits: { authFailuresMax, trustedProxies: trustNobody } });
    for (let n = 0; n < authFailuresMax; n += 1) expectError(await fail(api, `192.0.2.${n}`), "AUTH_INVALID");
  });
  afterAll(() => api.stop());

  it("an address that failed too often hears 429, whatever it forges, and whatever fails", async () => {
    const refused = await fail(api, "198.51.100.1");
    expectError(refused, "RATE_LIMITED");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("www-authenticate")).toBeNull();
    expect(standingOf(refused)).toBeUndefined();
    expectError(await call(api.baseUrl, "GET", entities), "RATE_LIMITED");
    const basic = { headers: { authorization: "Basic eDp5" } };
    expectError(await call(api.baseUrl, "GET", entities, basic), "RATE_LIMITED");
    expectError(await fail(api, undefined, "/api-keys"), "RATE_LIMITED", { shape: "sentence" });
  });

  it("nobody with a valid credential is refused for it, be it the wrong one", async () => {
    expect((await api.call("GET", entities, { key: api.ours.operator.key })).status).toBe(200);
    expectError(await api.call("GET", entities, { key: api.ours.key }), "FORBIDDEN");
  });

  it("a key that is revoked then is one more failure", async () => {
    const made = await api.createKey(api.ours, api.ours.operator.id);
    expect((await api.call("GET", entities, { key: made.key })).status).toBe(200);
    await api.call("DELETE", `/platform-api/operators/${api.ours.operator.id}/api-keys/${made.id}`, {
      key: api.ours.key,
    });
    expectError(await api.call("GET", entities, { key: made.key }), "RATE_LIMITED");
  });

  it("the log names no address", () => {
    expect(api.logLines.join("")).not.toMatch(/127\.0\.0\.1|192\.0\.2\.|198\.51\.100\./);
  });
});

describe("behind a trusted proxy", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ limits: { authFailuresMax, trustedProxies: parseTrustedProxies("127.0.0.1") } });
  });
  afterAll(() => api.stop());

  it("each client has its own count, and what it says of itself is not believed", async () => {
    for (let n = 0; n < authFailuresMax; n += 1) {
      expectError(await fail(api, `198.51.100.${n}, 192.0.2.1`), "AUTH_INVALID");
    }
    expectError(await fail(api, "198.51.100.9, 192.0.2.1"), "RATE_LIMITED");
    expectError(await fail(api, "::ffff:192.0.2.1"), "RATE_LIMITED");
    expectError(await fail(api, "192.0.2.2"), "AUTH_INVALID");
  });

  it("an IPv6 network of 64 bits is one client", async () => {
    const addresses = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3", "2001:db8:1:1:a:b:c:d"];
    const answers = [];
    for (const address of addresses) answers.push((await fail(api, address)).status);
    expect(answers).toEqual([401, 401, 401, 429]);
    expectError(await fail(api, "2001:db8:1:2::1"), "AUTH_INVALID");
  });
});

it("0 limits nobody", async () => {
  const api = await startApi({ limits: { authFailuresMax: 0 } });
  try {
    for (let n = 0; n < 70; n += 1) expectError(await fail(api), "AUTH_INVALID");
  } finally {
    await api.stop();
  }
});
