import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectParserRefusal } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { head, sendRaw } from "./raw.js";
import { storedDigest } from "./stored.js";
import { player } from "./things.js";

let api: TestApi;
let auth: string;
let before: Record<string, string>;
beforeAll(async () => {
  api = await startApi();
  auth = `Authorization: Bearer ${api.ours.operator.key}`;
});
beforeEach(async () => {
  before = await storedDigest(api);
});
afterEach(async () => {
  expect(await storedDigest(api)).toEqual(before);
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const entity = JSON.stringify({ entityType: "player", externalId: "smuggled", data: player });
const json = "Content-Type: application/json";
const raw = (bytes: string | Buffer) => sendRaw(api.baseUrl, bytes);

describe("a body on the wire", () => {
  const post = (headers: string[], body: string | Buffer) =>
    raw(
      Buffer.concat([Buffer.from(head(`POST ${entities} HTTP/1.1`, [auth, ...headers])), Buffer.from(body)]),
    );

  it("whose framing contradicts itself is refused, so that nothing can hide behind it", async () => {
    const length = `Content-Length: ${entity.length}`;
    const framings: readonly (readonly [string[], string])[] = [
      [[json, length, "Content-Length: 5"], entity],
      [[json, length, "Transfer-Encoding: chunked"], `0\r\n\r\n${entity}`],
      [[json, "Content-Length: -1"], entity],
      [[json, "Content-Length: 0x10"], entity],
      [[json, "Content-Length: 1e3"], entity],
      [[json, "Content-Length: 99999999999999999999999"], entity],
      [[json, "Transfer-Encoding: gzip"], entity],
      [[json, "Transfer-Encoding: chunked, identity"], entity],
    ];
    for (const [headers, body] of framings)
      expectParserRefusal(await post(headers, body), 400, "VALIDATION_FAILED");
  });

  it("in bad chunks is refused", async () => {
    const chunked = [json, "Transfer-Encoding: chunked"];
    for (const body of [
      "zz\r\n{}\r\n0\r\n\r\n",
      "2\r\n{}XX0\r\n\r\n",
      "ffffffffffffffffff\r\n{}",
      "-1\r\n{}\r\n0\r\n\r\n",
    ]) {
      const answer = await post(chunked, body);
      expect(answer.status).toBe(400);
      expect(answer.body.success).toBe(false);
      expect(answer.body.requestId).toBe(answer.headers["x-request-id"]);
    }
  });

  it("in bad chunks is refused in the words of its path", async () => {
    const answer = await raw(
      `${head("POST /api-keys HTTP/1.1", [auth, json, "Transfer-Encoding: chunked"])}zz\r\n`,
    );
    expectError(answer, "VALIDATION_FAILED", { shape: "sentence" });
    // The one before it was of another path, and is answered first.
    const both = await raw(
      `${head("GET /operator-data-api/settings HTTP/1.1", [auth, "Connection: keep-alive"])}${head("POST /api-keys HTTP/1.1", [auth, json, "Transfer-Encoding: chunked"])}zz\r\n`,
    );
    expect(both.status).toBe(200);
  });

  it("in good chunks is read, and held to the same size", async () => {
    const chunked = [json, "Transfer-Encoding: chunked"];
    expectError(await post(chunked, "2\r\n{}\r\n0\r\n\r\n"), "MISSING_FIELDS");
    const megabyte = "x".repeat(1_048_576);
    const chunk = `100000\r\n${megabyte}\r\n`;
    expectError(await post(chunked, `${chunk}${chunk}0\r\n\r\n`), "PAYLOAD_TOO_LARGE");
  });

  it("without a type is 415", async () => {
    const length = `Content-Length: ${entity.length}`;
    expectError(await post([length], entity), "UNSUPPORTED_MEDIA_TYPE");
    for (const type of [json, "Content-Type: application/json; charset=latin1"]) {
      const answer = await post([length, type, "Content-Type: text/plain"], "x".repeat(entity.length));
      expect([400, 415]).toContain(answer.status);
    }
  });

  it("that ends early writes nothing", async () => {
    const socketText =
      head(`POST ${entities} HTTP/1.1`, [auth, json, `Content-Length: ${entity.length + 10}`]) + entity;
    await expect(sendRaw(api.baseUrl, socketText, { quietMs: 300 })).rejects.toThrow();
  });

  it("that nobody asked for is ignored", async () => {
    const answer = await raw(
      `${head("GET /operator-data-api/settings HTTP/1.1", [auth, "Content-Length: 5"])}{oops`,
    );
    expect(answer.status).toBe(200);
  });
});
