import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "./expect-error.js";
import { made, startApi, type TestApi } from "./harness.js";
import { sendRaw } from "./raw.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

describe("a page", () => {
  it("ends early where its data gets large, and the next ones bring the rest", async () => {
    const { key } = await api.createOperator(api.ours);
    const large = randomBytes(450_000).toString("hex");
    for (let index = 0; index < 12; index += 1) {
      const body = { entityType: "player", externalId: `large_${index}`, data: { ...player, large } };
      made(await api.call("POST", entities, { key, body }));
    }
    for (const filter of ["", "updatedSince=2020-01-01T00:00:00Z&"]) {
      const pages: number[] = [];
      const seen = new Set<string>();
      let cursor: string | null = null;
      do {
        const after: string = cursor === null ? "" : `&cursor=${cursor}`;
        const { status, body } = await api.call("GET", `${entities}?${filter}limit=200${after}`, { key });
        expect(status).toBe(200);
        pages.push(body.data.length);
        for (const { id } of body.data) seen.add(id);
        cursor = body.nextCursor;
      } while (cursor !== null);
      expect(seen.size).toBe(12);
      expect(pages).toHaveLength(2);
    }
  });

  it("has a limit in plain digits", async () => {
    for (const limit of ["Infinity", "1e309", "0x5", "5e0", "01", "%205", "1.0", "-1", "201"]) {
      const answers = [
        await api.call("GET", `${entities}?limit=${limit}`, { key: api.ours.operator.key }),
        await api.call("GET", `/platform-api/operators?limit=${limit}`, { key: api.ours.key }),
      ];
      for (const answer of answers) {
        expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["limit"]);
      }
    }
  });
});

describe("a body", () => {
  const post = (body: unknown) => api.call("POST", entities, { key: api.ours.operator.key, body });

  it("with eighty thousand fields that nobody knows is told about a hundred of them", async () => {
    const body = Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`f${index}`, 0]));
    expect(expectError(await post(body), "VALIDATION_FAILED").fields).toHaveLength(100);
    const configuration = { rateLimits: body };
    const answer = await api.call("POST", "/platform-api/operators", {
      key: api.ours.key,
      body: { name: "x", configuration },
    });
    expect(expectError(answer, "VALIDATION_FAILED").fields).toHaveLength(100);
  });

  it("has long names of its own said back in short", async () => {
    const answer = await post({ ["k".repeat(200_000)]: 1 });
    expectError(answer, "MISSING_FIELDS");
    expect(answer.text.length).toBeLessThan(2_000);
  });

  it("cannot carry an expiry past the last year that can be written", async () => {
    const answer = await api.call("POST", `/platform-api/operators/${api.ours.operator.id}/api-keys`, {
      key: api.ours.key,
      body: { expiresAt: "9999-12-31T23:59:59-12:00" },
    });
    expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["expiresAt"]);
  });
});

it("an id that cannot be decoded was sent all the same", async () => {
  const answer = await api.call("DELETE", "/api-keys?id=%ff", { key: api.ours.operator.key });
  expect(expectError(answer, "VALIDATION_FAILED", { shape: "sentence" }).fields).toEqual(["id"]);
});

describe("on the bare connection", () => {
  it("a URL without a path is no page of somebody else's", async () => {
    const answer = await sendRaw(api.baseUrl, "GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect([answer.status, answer.body.error.code]).toEqual([404, "NOT_FOUND"]);
  });

  it("a request with two hosts is malformed", async () => {
    const text = "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
    const answer = await sendRaw(api.baseUrl, text);
    expect([answer.status, answer.body.error.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  it("a body that says it is too large is refused before it comes", async () => {
    const { key } = api.ours.operator;
    const head = `POST ${entities} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n`;
    const rest = "Content-Type: application/json\r\nContent-Length: 1048577\r\nConnection: close\r\n\r\n";
    const answer = await sendRaw(api.baseUrl, head + rest);
    expect([answer.status, answer.body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });
});
