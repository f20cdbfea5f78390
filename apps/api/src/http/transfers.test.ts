import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registry } from "../telemetry/metrics.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { head } from "../testing/raw.js";

const megabyte = 1_000_000;
const transferBytesMax = 24 * megabyte;
const half = transferBytesMax / 2;
const batch = "/operator-data-api/batch/entities";
const entities = "/operator-data-api/entities";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ transferBytesMax });
});
afterAll(() => api.stop());

async function heldBytes(): Promise<number> {
  const metric = await registry.getSingleMetric("onehazel_transfer_bytes")?.get();
  return metric?.values[0]?.value as number;
}
const nothingHeld = () => expect.poll(heldBytes, { timeout: 60_000 }).toBe(0);

const itemsOf = (externalId: string, padding = 0) => [
  { entityType: "game", externalId, data: { name: "x".repeat(padding) } },
];
const post = ({ key }: TestOperator, externalId: string, padding = 0) =>
  api.call("POST", batch, { key, body: itemsOf(externalId, padding) });

interface Wire {
  readonly socket: Socket;
  text(): string;
  readonly closed: Promise<void>;
}

function open(baseUrl = api.baseUrl): Wire {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: string[] = [];
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => chunks.push(chunk));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return { socket, text: () => chunks.join(""), closed };
}

/** Announces a batch of this size and waits for the server's 100 Continue: the memory is reserved by then. */
async function announced({ key }: TestOperator, bytes: number, baseUrl = api.baseUrl): Promise<Wire> {
  const wire = open(baseUrl);
  const headers = [
    `Authorization: Bearer ${key}`,
    "Content-Type: application/json",
    `Content-Length: ${bytes}`,
    "Expect: 100-continue",
  ];
  wire.socket.write(head(`POST ${batch} HTTP/1.1`, headers));
  await once(wire.socket, "data");
  expect(wire.text()).toMatch(/^HTTP\/1\.1 100 /);
  return wire;
}

describe("the memory for bodies", () => {
  it("is held only for received bytes: announced sizes alone do not block other tenants", async () => {
    const second = await api.createOperator(api.ours);
    const third = await api.createOperator(api.ours);
    const wires = [await announced(api.ours.operator, 11 * megabyte), await announced(second, 5 * megabyte)];
    for (const { socket } of wires) socket.write(" ");
    const answers = await Promise.all([
      post(api.ours.operator, "same", megabyte),
      post(third, "third", 4 * megabyte),
      post(api.theirs.operator, "theirs", 8 * megabyte),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { socket } of wires) socket.destroy();
    await nothingHeld();
  });

  it("is shared: an operator over its half gets 503 with Retry-After, and others are served", async () => {
    const bytes = half - megabyte;
    const wire = await announced(api.ours.operator, bytes);
    const text = JSON.stringify(itemsOf("slow")).padEnd(bytes);
    wire.socket.write(text.slice(0, -1));
    await expect.poll(heldBytes, { timeout: 60_000 }).toBeGreaterThanOrEqual(bytes - 1);
    const [refused, theirs, single] = await Promise.all([
      post(api.ours.operator, "refused", 3 * megabyte),
      post(api.theirs.operator, "theirs", 3 * megabyte),
      api.call("POST", entities, { key: api.ours.operator.key, body: itemsOf("single")[0] }),
    ]);
    expect([refused.status, refused.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect([theirs.status, single.status]).toEqual([200, 201]);
    wire.socket.write(text.slice(-1));
    await wire.closed;
    expect(wire.text()).toContain('"succeeded":1');
    await nothingHeld();
    expect((await post(api.ours.operator, "again", 3 * megabyte)).status).toBe(200);
  });

  it("is bounded for many unfinished single bodies of one tenant: beyond its share they are rejected", async () => {
    const wires = Array.from({ length: 160 }, () => open());
    const headers = [
      `Authorization: Bearer ${api.ours.operator.key}`,
      "Content-Type: application/json",
      "Content-Length: 1000000",
    ];
    const unfinished = head(`POST ${entities} HTTP/1.1`, headers) + " ".repeat(999_000);
    for (const { socket } of wires) socket.write(unfinished);
    let most = 0;
    const refusedBy = () => wires.filter((wire) => wire.text().startsWith("HTTP/1.1 503")).length;
    await expect
      .poll(
        async () => {
          most = Math.max(most, await heldBytes());
          return refusedBy();
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThanOrEqual(wires.length - half / megabyte);
    expect(most).toBeLessThanOrEqual(half);
    expect((await post(api.theirs.operator, "theirs", 8 * megabyte)).status).toBe(200);
    for (const { socket } of wires) socket.destroy();
    await nothingHeld();
  });

  it.each([
    ["a body without a length", "Transfer-Encoding: chunked", (bytes: Buffer) => chunksOf(bytes)],
    ["a body that is not JSON", "Content-Length: 3000000", (bytes: Buffer) => bytes],
  ])("is given back after %s", async (_, framing, framed) => {
    const wire = open();
    const headers = [
      `Authorization: Bearer ${api.ours.operator.key}`,
      "Content-Type: application/json",
      framing,
    ];
    wire.socket.write(head(`POST ${batch} HTTP/1.1`, headers));
    wire.socket.write(framed(Buffer.alloc(3 * megabyte, "x")));
    await wire.closed;
    expect(wire.text()).toMatch(/^HTTP\/1\.1 400 /);
    await nothingHeld();
  });
});

function chunksOf(bytes: Buffer): Buffer {
  const parts: (Buffer | string)[] = [];
  // Some large, some of one byte: those are kept together, since each would cost an object.
  for (let at = 0, size = 1; at < bytes.length; at += size, size = size === 1 ? 50_000 : 1) {
    const part = bytes.subarray(at, at + size);
    parts.push(`${part.length.toString(16)}\r\n`, part, "\r\n");
  }
  return Buffer.concat([...parts, "0\r\n\r\n"].map((part) => Buffer.from(part)));
}

describe("the memory for responses", () => {
  let reader: TestOperator;
  const page = `${entities}?limit=200`;
  const getPage = (operator: TestOperator) =>
    head(`GET ${page} HTTP/1.1`, [`Authorization: Bearer ${operator.key}`]);
  beforeAll(async () => {
    reader = await api.createOperator(api.ours);
    for (let n = 0; n < 9; n += 1) {
      const data = { name: "g", large: "x".repeat(megabyte - 1_000) };
      const body = { entityType: "game", externalId: `g${n}`, data };
      made(await api.call("POST", entities, { key: reader.key, body }));
    }
  });

  it("is bounded for unread pages: those without memory are not started, and others are served", async () => {
    const wires = Array.from({ length: 8 }, () => open());
    for (const { socket } of wires) {
      // Reads only the first bytes: all of an error response, but only the start of a page.
      socket.once("data", () => socket.pause());
      socket.write(getPage(reader));
    }
    let most = 0;
    const started = () => wires.filter((wire) => wire.text() !== "").length;
    await expect
      .poll(
        async () => {
          most = Math.max(most, await heldBytes());
          return started();
        },
        { timeout: 60_000 },
      )
      .toBe(wires.length);
    expect(most).toBeLessThanOrEqual(half);
    const [granted, refused] = [/^HTTP\/1\.1 200 /, /^HTTP\/1\.1 503 .*Retry-After: \d+/s].map((form) =>
      wires.filter((wire) => form.test(wire.text())),
    );
    expect(granted?.length).toBeGreaterThanOrEqual(1);
    expect([...(granted ?? []), ...(refused ?? [])]).toHaveLength(wires.length);
    expect((await api.call("GET", page, { key: api.theirs.operator.key })).status).toBe(200);
    // A client that continues to read gets the whole page.
    const [first] = granted as [Wire];
    first.socket.resume();
    await first.closed;
    const { data } = JSON.parse(first.text().split("\r\n\r\n")[1] ?? "");
    expect(data.length).toBeGreaterThan(5);
    for (const { socket } of wires) socket.destroy();
    await nothingHeld();
  });

  it("is waited for: pages that clients read are sent one after another", async () => {
    const untilServed = async () => {
      for (;;) {
        const answer = await api.call("GET", page, { key: reader.key });
        // On a slow machine five seconds may not be enough.
        if (answer.status !== 503) return answer;
      }
    };
    const answers = await Promise.all(Array.from({ length: 4 }, untilServed));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await nothingHeld();
  });

  it("is held by an unread stream, and released when its client disconnects", async () => {
    const event = { eventType: "session", data: { large: "x".repeat(megabyte) } };
    for (let n = 0; n < 9; n += 1)
      made(await api.call("POST", `${entities}/g0/events`, { key: reader.key, body: event }));
    const wire = open();
    wire.socket.once("data", () => wire.socket.pause());
    wire.socket.write(head(`GET ${entities}/g0/export HTTP/1.1`, [`Authorization: Bearer ${reader.key}`]));
    await expect.poll(heldBytes, { timeout: 60_000 }).toBeGreaterThan(0);
    wire.socket.destroy();
    await nothingHeld();
  });
});
