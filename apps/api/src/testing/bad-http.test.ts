import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectParserRefusal } from "./expect-error.js";
import { made, startApi, type TestApi } from "./harness.js";
import { head, sendRaw } from "./raw.js";
import { storedDigest } from "./stored.js";
import { player } from "./things.js";

let api: TestApi;
let auth: string;
let before: Record<string, string>;
beforeAll(async () => {
  api = await startApi();
  auth = `Authorization: Bearer ${api.ours.operator.key}`;
  const body = { entityType: "player", externalId: "a/b", data: player };
  made(await api.call("POST", entities, { key: api.ours.operator.key, body }));
});
beforeEach(async () => {
  before = await storedDigest(api);
});
afterEach(async () => {
  expect(await storedDigest(api)).toEqual(before);
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const raw = (text: string | Buffer) => sendRaw(api.baseUrl, text);
const get = (target: string) => raw(head(`GET ${target} HTTP/1.1`, [auth]));

describe("an externalId in a path", () => {
  it.each([
    "%",
    "%z",
    "%zz",
    "%2",
    "%C3%28",
    "%c0%af",
    "%e0%80%af",
    "%f4%90%80%80",
    "%ed%a0%80",
    "%00",
    "a%00b",
    "%FF",
    ".",
    "..",
    "%2e",
    "%2E%2e",
    ".%2e",
  ])("%j is a fault of its field", async (id) => {
    expect(expectError(await get(`${entities}/${id}`), "VALIDATION_FAILED").fields).toEqual(["externalId"]);
  });

  it.each([
    "...",
    "%2e%2e%2e",
    "%2F",
    "%2f..%2f",
    "a%2Fc",
    "%252F",
    "%25",
    "..%2f..%2fapi-keys",
    ";",
    "a;b=c",
    "a&b",
    "+",
    "%20",
  ])("%j is a name like any other", async (id) => {
    expectError(await get(`${entities}/${id}`), "ENTITY_NOT_FOUND");
  });

  it("is found under every way of writing it", async () => {
    for (const id of ["a%2Fb", "a%2fb", "%61%2F%62"])
      expect((await get(`${entities}/${id}`)).status).toBe(200);
    expectError(await get(`${entities}/a/b`), "NOT_FOUND");
  });
});

describe("a path", () => {
  it.each([
    "/operator-data-api/../api-keys",
    "/operator-data-api/./settings",
    "/functions/v1/../../api-keys",
    "/functions/v1/..%2fapi-keys",
    "/%61pi-keys",
    "//api-keys",
    "/api-keys/",
    "/api-keys;x=1",
    "/api-keys%3fid=1",
    "/api-keys%00",
    "/api-keys\\",
    "/operator-data-api//settings",
    "*",
    "/..",
    "/%",
  ])("%j is nothing: no path is tidied up", async (target) => {
    const answer = await raw(head(`${target === "*" ? "OPTIONS" : "GET"} ${target} HTTP/1.1`, [auth]));
    expectError(answer, "NOT_FOUND");
  });

  it("may be sent in its absolute form, whoever it names", async () => {
    for (const origin of [
      api.baseUrl,
      "http://elsewhere.example",
      "HTTPS://user:secret@host:1",
      "http://h:99999999",
      "http://[::1",
    ]) {
      const answer = await get(`${origin}/operator-data-api/settings`);
      expect([origin, answer.status]).toEqual([origin, 200]);
      expectError(await get(`${origin}/nothing?x=1`), "NOT_FOUND");
      expectError(await get(origin), "NOT_FOUND");
    }
    for (const odd of [
      "ftp://host/operator-data-api/settings",
      "operator-data-api/settings",
      "file:///etc/passwd",
    ]) {
      const answer = await get(odd);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body.requestId).toBe(answer.headers["x-request-id"]);
    }
  });

  it("takes no fragment for a query", async () => {
    expect([400, 404]).toContain((await get("/operator-data-api/settings#x")).status);
  });
});

describe("a query", () => {
  const settings = "/operator-data-api/settings";
  it("that says nothing is none", async () => {
    for (const query of ["?", "?&", "?&&&"]) expect((await get(`${settings}${query}`)).status).toBe(200);
  });

  it("is refused by the name of what it says too much", async () => {
    const faults: Record<string, string[]> = {
      "?a": ["a"],
      "?a=1&b=2": ["a", "b"],
      "?=": [""],
      "?%zz=1": ["query"],
      "?a[b]=1": ["a[b]"],
      "?__proto__=1": ["__proto__"],
      "?a=%00": ["a"],
    };
    for (const [query, fields] of Object.entries(faults)) {
      expect([query, expectError(await get(settings + query), "VALIDATION_FAILED").fields]).toEqual([
        query,
        fields,
      ]);
    }
    const long = await get(`${settings}?${"x".repeat(5_000)}=1`);
    expect(expectError(long, "VALIDATION_FAILED").fields[0]!.length).toBeLessThan(100);
    for (const value of [
      "limit=%",
      "limit=%00",
      "limit=1&limit=1",
      "entityType=%ff",
      "limit",
      "Limit=1",
      "limit%20=1",
    ]) {
      expectError(await get(`${entities}?${value}`), "VALIDATION_FAILED");
    }
  });
});

describe("a method", () => {
  it.each(["BREW", "get", "G\tET", "", "GET\0"])("%j is no HTTP", async (method) => {
    expectParserRefusal(await raw(head(`${method} /api-keys HTTP/1.1`)), 400, "VALIDATION_FAILED");
  });

  it("CONNECT leads nowhere", async () => {
    const answer = await raw(head("CONNECT example.com:443 HTTP/1.1"));
    expectError(answer, "METHOD_NOT_ALLOWED");
    expect(answer.headers.allow).toBe("DELETE, GET, HEAD, PATCH, POST, PUT");
  });
});

describe("headers", () => {
  it("that are too large together are 431", async () => {
    for (const header of [`X-Large: ${"x".repeat(100_000)}`, `Authorization: Bearer ${"0".repeat(50_000)}`]) {
      expectParserRefusal(await raw(head("GET /api-keys HTTP/1.1", [header])), 431, "PAYLOAD_TOO_LARGE");
    }
    expectParserRefusal(await raw(head(`GET /${"x".repeat(100_000)} HTTP/1.1`)), 431, "PAYLOAD_TOO_LARGE");
    const many = Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1`);
    expectParserRefusal(await raw(head("GET /api-keys HTTP/1.1", many)), 431, "PAYLOAD_TOO_LARGE");
  });

  it("with two Authorization headers are 400, whatever the credentials are", async () => {
    const stranger = "authorization: Bearer nobody";
    for (const pair of [
      [auth, auth],
      [auth, stranger],
      [stranger, stranger],
      ["AUTHORIZATION:", auth],
    ]) {
      const twice = await raw(head("GET /operator-data-api/settings HTTP/1.1", pair));
      expect(expectError(twice, "VALIDATION_FAILED").fields).toEqual(["Authorization"]);
      const apart = [pair[0] as string, "X-Other: 1", pair[1] as string];
      expectError(await raw(head("GET /api-keys HTTP/1.1", apart)), "VALIDATION_FAILED", {
        shape: "sentence",
      });
      expectError(await raw(head("GET /nothing HTTP/1.1", apart)), "NOT_FOUND");
    }
    const write = head("POST /operator-data-api/entities HTTP/1.1", [auth, auth, "Content-Length: 1"]);
    expectError(await raw(`${write}{`), "VALIDATION_FAILED");
  });

  it("that are malformed are 400", async () => {
    const requests = [
      "GET /api-keys HTTP/1.1\r\nHost: x\r\nNo colon here\r\n\r\n",
      "GET /api-keys HTTP/1.1\r\nHost: x\r\nBad name : x\r\n\r\n",
      "GET /api-keys HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
      "GET /api-keys HTTP/9.9\r\nHost: x\r\n\r\n",
      "GET /api keys HTTP/1.1\r\nHost: x\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "hello\r\n\r\n",
    ];
    for (const request of requests)
      expectParserRefusal(await raw(Buffer.from(request, "latin1")), 400, "VALIDATION_FAILED");
  });

  it("without Host are 400 too", async () => {
    const get = (path: string) => raw(`GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`);
    expectError(await get("/operator-data-api/settings"), "VALIDATION_FAILED");
    for (const path of ["/api-keys", "/functions/v1/api-keys?id=x"])
      expectError(await get(path), "VALIDATION_FAILED", { shape: "sentence" });
  });

  it("that expect what nobody can give are not waited for", async () => {
    const answer = await raw(head("GET /operator-data-api/settings HTTP/1.1", [auth, "Expect: a-miracle"]));
    expect(answer.status).toBe(200);
  });

  it("that offer another protocol are answered in this one", async () => {
    const headers = [auth, "Connection: Upgrade", "Upgrade: websocket"];
    expect((await raw(head("GET /operator-data-api/settings HTTP/1.1", headers))).status).toBe(200);
  });

  it("given twice are not joined into an id", async () => {
    const twice = [auth, "X-Request-Id: a", "X-Request-Id: b"];
    const answer = await raw(head("GET /operator-data-api/settings HTTP/1.1", twice));
    expect(answer.status).toBe(200);
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{24}$/);
  });
});
