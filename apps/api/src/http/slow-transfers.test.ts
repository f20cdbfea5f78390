import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { registry } from "../telemetry/metrics.js";
import { expectParserRefusal } from "../testing/expect-error.js";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { head, parseAnswer } from "../testing/raw.js";

let api: TestApi;
let auth: string;
beforeAll(async () => {
  api = await startApi({ transferLimits: { bytesPerSecondMin: 50_000, windowMs: 1_000 } });
  auth = `Authorization: Bearer ${api.ours.operator.key}`;
});
afterAll(() => api.stop());

const entities = "/operator-data-api/entities";

async function heldBytes(): Promise<number | undefined> {
  return (await registry.getSingleMetric("onehazel_transfer_bytes")?.get())?.values[0]?.value;
}

function open() {
  const { hostname, port } = new URL(api.baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { socket, bytes: () => Buffer.concat(chunks), closed };
}

it.each([
  ["says how long it is", "Content-Length: 1000000", " "],
  ["comes in chunks", "Transfer-Encoding: chunked", "1\r\n \r\n"],
])("a body that %s and comes too slowly is 408, and its memory is given back", async (_, framing, more) => {
  const { socket, bytes, closed } = open();
  socket.write(
    head(`POST ${entities} HTTP/1.1`, [
      auth,
      "Content-Type: application/json",
      framing,
      "Connection: keep-alive",
    ]),
  );
  const dripping = setInterval(() => socket.writable && socket.write(more), 20);
  await closed;
  clearInterval(dripping);
  expectParserRefusal(parseAnswer(bytes()), 408, "VALIDATION_FAILED");
  await expect.poll(heldBytes, { timeout: 60_000 }).toBe(0);
});

it("a client that reads a large response too slowly is disconnected, and its memory is released", async () => {
  const { key } = await api.createOperator(api.ours);
  for (let n = 0; n < 9; n += 1) {
    const body = { entityType: "game", externalId: `g${n}`, data: { name: "g", large: "x".repeat(990_000) } };
    made(await api.call("POST", entities, { key, body }));
  }
  const { socket } = open();
  socket.once("data", () => socket.pause());
  socket.write(head(`GET ${entities}?limit=200 HTTP/1.1`, [`Authorization: Bearer ${key}`]));
  const hungUp = () => api.logLines.filter((line) => line.includes(`"status":0`)).length;
  const before = hungUp();
  await expect.poll(hungUp, { timeout: 60_000 }).toBe(before + 1);
  expect(await heldBytes()).toBe(0);
  socket.destroy();
  // A client that reads the response is not disconnected.
  const page = await api.call("GET", `${entities}?limit=200`, { key });
  expect(page.status).toBe(200);
});

it("a small body has no minimum rate", async () => {
  const { socket, bytes, closed } = open();
  const body = JSON.stringify({ entityType: "game", externalId: "slow", data: { name: "slow" } });
  const headers = [auth, "Content-Type: application/json", `Content-Length: ${body.length}`];
  socket.write(head(`POST ${entities} HTTP/1.1`, headers));
  for (const character of body) {
    socket.write(character);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await closed;
  expect(parseAnswer(bytes()).status).toBe(201);
});
