import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "../testing/expect-error.js";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { head, sendRaw } from "../testing/raw.js";
import { player } from "../testing/things.js";

/** Long enough for every honest request here, on a busy machine too. */
const stallTimeoutMs = 5_000;
const connectionsMax = 30;

let api: TestApi;
let auth: string;
beforeAll(async () => {
  api = await startApi({ connections: { stallTimeoutMs, connectionsMax } });
  auth = `Authorization: Bearer ${api.ours.operator.key}`;
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";
const json = "Content-Type: application/json";
const chunked = "Transfer-Encoding: chunked";
const expecting = "Expect: 100-continue";

interface Wire {
  readonly socket: Socket;
  /** What has come so far. */
  text(): string;
  /** Waits until something has come. */
  until(found: (text: string) => boolean): Promise<string>;
  /** Resolves when the server has ended it; with the error, if there was one. */
  readonly closed: Promise<Error | undefined>;
}

function open(): Wire {
  const { hostname, port } = new URL(api.baseUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = "";
  let failure: Error | undefined;
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", (error) => {
    failure = error;
  });
  const closed = new Promise<Error | undefined>((resolve) => socket.on("close", () => resolve(failure)));
  const until = (found: (text: string) => boolean) =>
    expect
      .poll(() => found(text), { timeout: 60_000, interval: 10 })
      .toBe(true)
      .then(() => text);
  return { socket, text: () => text, until, closed };
}

const entity = (externalId: string, more: object = {}) =>
  JSON.stringify({ entityType: "player", externalId, data: { ...player, ...more } });

describe("a body over the limit", () => {
  const megabyte = Buffer.alloc(1_048_577, " ");

  it("in chunks is refused as soon as it is, and its sender can read that", async () => {
    const wire = open();
    wire.socket.write(head(`POST ${entities} HTTP/1.1`, ["Connection: keep-alive", auth, json, chunked]));
    wire.socket.write(`${megabyte.length.toString(16)}\r\n`);
    wire.socket.write(megabyte);
    // The chunk is not even finished.
    const text = await wire.until((seen) => seen.includes("PAYLOAD_TOO_LARGE"));
    expect(text).toMatch(/^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s);
    // It goes on for a while all the same, and isn't cut off while it does.
    wire.socket.write("\r\n100000\r\n");
    wire.socket.write(megabyte);
    wire.socket.end();
    expect(await wire.closed).toBeUndefined();
  });

  it("that never ends is given up", async () => {
    const wire = open();
    wire.socket.write(head(`POST ${entities} HTTP/1.1`, ["Connection: keep-alive", auth, json, chunked]));
    const more = setInterval(() => wire.socket.write(`10000\r\n${" ".repeat(0x10000)}\r\n`), 5);
    await wire.until((seen) => seen.includes("PAYLOAD_TOO_LARGE"));
    await wire.closed;
    clearInterval(more);
    expect(wire.text().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it("when inflated is refused without the rest", async () => {
    const wire = open();
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, " "));
    const headers = [
      "Connection: keep-alive",
      auth,
      json,
      "Content-Encoding: gzip",
      "Content-Length: 16777216",
    ];
    wire.socket.write(head("POST /operator-data-api/batch/entities HTTP/1.1", headers));
    wire.socket.write(bomb);
    expect(await wire.until((seen) => seen.includes("PAYLOAD_TOO_LARGE"))).toContain("413");
    wire.socket.end();
    await wire.closed;
  });

  it.each([
    ["is too large inflated", gzipSync(Buffer.alloc(300 * 1_048_576, " ")), 413],
    ["is no gzip", Buffer.alloc(900_000, "x"), 400],
  ])("or that %s leaves the connection to the next request", async (_, bytes, status) => {
    const wire = open();
    const headers = ["Connection: keep-alive", auth, json, "Content-Encoding: gzip"];
    const batch = "POST /operator-data-api/batch/entities HTTP/1.1";
    wire.socket.write(head(batch, [...headers, `Content-Length: ${bytes.length}`]));
    wire.socket.write(bytes);
    await wire.until((seen) => seen.includes("requestId"));
    wire.socket.write(head("GET /operator-data-api/settings HTTP/1.1", ["Connection: close", auth]));
    await wire.closed;
    const statuses = [...wire.text().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, each]) => Number(each));
    expect(statuses).toEqual([status, 200]);
  });

  it("of gzip that inflates to nothing ends all the same", async () => {
    const nothing = gzipSync("");
    const bytes = Buffer.concat(
      Array.from({ length: Math.ceil(16_900_000 / nothing.length) }, () => nothing),
    );
    const wire = open();
    const headers = [auth, json, chunked, "Content-Encoding: gzip"];
    wire.socket.write(head("POST /operator-data-api/batch/entities HTTP/1.1", headers));
    wire.socket.write(`${bytes.length.toString(16)}\r\n`);
    wire.socket.write(bytes);
    await wire.until((seen) => /PAYLOAD_TOO_LARGE/.test(seen));
    wire.socket.destroy();
  });
});

describe("a client that asks before it sends", () => {
  const answered = async (headers: string[], path = entities, method = "POST") => {
    const wire = open();
    wire.socket.write(head(`${method} ${path} HTTP/1.1`, ["Connection: keep-alive", expecting, ...headers]));
    const text = await wire.until((seen) => seen.includes("\r\n\r\n"));
    return { wire, text };
  };
  const length = `Content-Length: ${entity("asked").length}`;

  it.each([
    ["nobody", [json, length], entities, 401],
    ["a stranger", [json, length, "Authorization: Bearer oh_live_0"], entities, 401],
    ["who may not", () => [json, length, auth], "/platform-api/operators", 403],
    ["for what is not there", () => [json, length, auth], "/nothing", 404],
    ["with too much", () => [json, "Content-Length: 1048577", auth], entities, 413],
    ["with no JSON", () => ["Content-Type: text/plain", length, auth], entities, 415],
    [
      "with an encoding that is not taken",
      () => [json, length, "Content-Encoding: gzip", auth],
      entities,
      415,
    ],
  ] as [string, string[] | (() => string[]), string, number][])(
    "as %s is answered, not told to go on",
    async (_, headers, path, status) => {
      const { wire, text } = await answered(typeof headers === "function" ? headers() : headers, path);
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\nConnection: close\\r\\n`, "s"));
      wire.socket.end();
      expect(await wire.closed).toBeUndefined();
      expect(wire.text()).not.toContain("100 Continue");
    },
  );

  it("is told to go on when its body is wanted", async () => {
    const { wire, text } = await answered([json, length, auth]);
    expect(text).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    wire.socket.write(entity("asked"));
    expect(await wire.until((seen) => seen.includes('"created"'))).toContain("HTTP/1.1 201 Created");
    // The connection serves on.
    wire.socket.write(head("GET /operator-data-api/settings HTTP/1.1", [auth]));
    await wire.until((seen) => seen.includes("tpl_igaming"));
    await wire.closed;
  });
});

describe("requests sent without waiting", () => {
  it("are answered one after another: a read sees the write before it", async () => {
    for (let round = 0; round < 10; round += 1) {
      const wire = open();
      const body = entity("piped", { round });
      const post = head(`POST ${entities} HTTP/1.1`, [
        "Connection: keep-alive",
        auth,
        json,
        `Content-Length: ${body.length}`,
      ]);
      wire.socket.write(`${post}${body}${head(`GET ${entities}/piped HTTP/1.1`, [auth])}`);
      await wire.closed;
      expect(wire.text().match(/HTTP\/1\.1 \d+/g)).toHaveLength(2);
      expect(wire.text()).toContain(`"round":${round}`);
    }
  });

  it.each([
    ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405],
    ["rubbish", "rubbish\r\n\r\n", 400],
  ])("and followed by %s keep their order", async (_, last, status) => {
    const wire = open();
    const get = head("GET /operator-data-api/settings HTTP/1.1", ["Connection: keep-alive", auth]);
    wire.socket.write(`${get}${get}${last}`);
    await wire.closed;
    expect(wire.text().match(/(?<=HTTP\/1\.1 )\d+/g)).toEqual(["200", "200", String(status)]);
  });
});

it("a client that stops reading is let go, whatever it asked for", async () => {
  const { key } = await api.createOperator(api.ours);
  const large = "x".repeat(1_000_000);
  const post = async (path: string, body: unknown) => made(await api.call("POST", path, { key, body }));
  for (let index = 0; index < 9; index += 1) {
    await post(entities, { entityType: "game", externalId: `g${index}`, data: { name: "g", large } });
    await post(`${entities}/g0/events`, { eventType: "session", data: { large } });
  }
  for (const path of [`${entities}?limit=200`, `${entities}/g0/export`]) {
    const wire = open();
    wire.socket.pause();
    const get = head(`GET ${path} HTTP/1.1`, [`Authorization: Bearer ${key}`, "Connection: keep-alive"]);
    // More than the buffers in between hold.
    wire.socket.write(get.repeat(6));
    const line = `"status":0`;
    const before = api.logLines.filter((text) => text.includes(line)).length;
    await expect
      .poll(() => api.logLines.filter((text) => text.includes(line)).length, { timeout: 60_000 })
      .toBe(before + 1);
    wire.socket.destroy();
  }
  // One that reads slowly, but does, gets all of it.
  const wire = open();
  wire.socket.pause();
  wire.socket.write(head(`GET ${entities}?limit=200 HTTP/1.1`, [`Authorization: Bearer ${key}`]));
  const sips = setInterval(() => {
    wire.socket.resume();
    setTimeout(() => wire.socket.pause(), 2);
  }, 100);
  await wire.closed;
  clearInterval(sips);
  expect(JSON.parse(wire.text().split("\r\n\r\n")[1] ?? "").data.length).toBeGreaterThan(7);
});

it("connections beyond the bound are closed as they come, and the others served", async () => {
  const idle = Array.from({ length: connectionsMax }, open);
  const get = head("GET /livez HTTP/1.1");
  await Promise.all(idle.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
  await expect(sendRaw(api.baseUrl, get)).rejects.toThrow();
  expect(api.logLines.join()).toContain("connections refused");
  idle[0]?.socket.write(get);
  await idle[0]?.until((text) => text.includes("live"));
  for (const { socket } of idle) socket.destroy();
  await expect.poll(async () => (await sendRaw(api.baseUrl, get).catch(() => undefined))?.status).toBe(200);
  expectError(await sendRaw(api.baseUrl, head("GET /api-keys HTTP/1.1")), "AUTH_MISSING", {
    shape: "sentence",
  });
});
