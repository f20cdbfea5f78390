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

  it("with thousands of fields that nobody knows is told about a hundred of them", async () => {
    const body = Object.fromEntries(Array.from({ length: 19_000 }, (_, index) => [`f${index}`, 0]));
    expect(expectError(await post(body), "MISSING_FIELDS").fields).toHaveLength(100);
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

it("an id that cannot be decoded is an unknown one, and was sent all the same", async () => {
  const answer = await api.call("DELETE", "/api-keys?id=%ff", { key: api.ours.operator.key });
  expectError(answer, "KEY_NOT_FOUND", { shape: "sentence" });
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

describe("a page of what an entity has", () => {
  const pageBytesMax = 8_388_608;
  /** Follows a list to its end: how long each page was, and what they said. */
  async function pagesOf(path: string, key: string) {
    const lengths: number[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds
    const rows: any[] = [];
    for (let cursor: string | null | undefined = ""; typeof cursor === "string"; ) {
      const query: string = cursor === "" ? "" : `?cursor=${cursor}`;
      const { status, text, body } = await api.call("GET", `${path}${query}`, { key });
      expect(status).toBe(200);
      lengths.push(text.length);
      rows.push(...body.data);
      cursor = body.nextCursor;
    }
    return { lengths, rows };
  }

  it.each([
    ["long text", JSON.stringify("x".repeat(1_000_000))],
    ["numbers that grow as they are written out", `[${"1e300,".repeat(15_000)}1]`],
  ])("ends early in bytes as sent: %s", async (_, large) => {
    const { key } = await api.createOperator(api.ours);
    const state_keys = Array.from({ length: 12 }, (_, index) => `key_${String(index).padStart(2, "0")}`);
    const schema = {
      entity_types: { game: { required: [], optional: [] } },
      event_types: { session: { required: [], optional: [] } },
      state_keys,
      pii_fields: {},
    };
    const body = { name: "Large", schema };
    const { id: templateId } = made(await api.call("POST", "/operator-data-api/templates", { key, body }));
    made(await api.call("PUT", "/operator-data-api/settings", { key, body: { templateId } }));
    const game = { entityType: "game", externalId: "g", data: {} };
    made(await api.call("POST", entities, { key, body: game }));
    for (const state of state_keys) {
      made(await api.call("PUT", `${entities}/g/state/${state}`, { key, body: `{"value":${large}}` }));
      const event = `{"eventType":"session","data":{"large":${large}}}`;
      made(await api.call("POST", `${entities}/g/events`, { key, body: event }));
    }
    for (const list of ["state", "events"]) {
      const { lengths, rows } = await pagesOf(`${entities}/g/${list}`, key);
      expect(lengths.length).toBeGreaterThan(1);
      expect(rows).toHaveLength(12);
      // Beside the data each row has an id and times.
      for (const length of lengths) expect(length).toBeLessThan(pageBytesMax + 12 * 300);
    }
  });

  it("goes on where templates have had more state keys than a page holds", async () => {
    const { key } = await api.createOperator(api.ours);
    const keysOf = (version: number) => Array.from({ length: 150 }, (_, index) => `v${version}_${index}`);
    const template = (version: number) => ({
      name: "Growing",
      schema: {
        entity_types: { game: { required: [], optional: [] } },
        event_types: {},
        state_keys: keysOf(version),
        pii_fields: {},
      },
    });
    const path = "/operator-data-api/templates";
    const { id: templateId } = made(await api.call("POST", path, { key, body: template(1) }));
    made(await api.call("PUT", "/operator-data-api/settings", { key, body: { templateId } }));
    made(await api.call("POST", entities, { key, body: { entityType: "game", externalId: "g", data: {} } }));
    for (const version of [1, 2]) {
      made(await api.call("PUT", `${path}/${templateId}`, { key, body: template(version) }));
      const items = keysOf(version).map((stateKey) => ({ externalId: "g", stateKey, value: version }));
      const done = made(await api.call("POST", "/operator-data-api/batch/states", { key, body: items }));
      expect(done.succeeded).toBe(150);
    }
    const { rows, lengths } = await pagesOf(`${entities}/g/state`, key);
    expect([rows.length, lengths.length]).toEqual([300, 2]);
    expect(new Set(rows.map(({ state_key }) => state_key)).size).toBe(300);
  });
});
