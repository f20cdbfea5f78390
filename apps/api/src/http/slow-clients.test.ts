import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectParserRefusal } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { head, parseAnswer } from "../testing/raw.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ connections: { headersTimeoutMs: 3_000, requestTimeoutMs: 6_000 } });
});
afterAll(() => api.stop());

/** Sends the start, then a little of the rest again and again, as if it could not be quicker. Resolves with the answer. */
async function drip(start: string, more: string): Promise<ReturnType<typeof parseAnswer>> {
  const { hostname, port } = new URL(api.baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(start);
  const dripping = setInterval(() => socket.writable && socket.write(more), 50);
  // Ended by the server, or never.
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(dripping);
  return parseAnswer(Buffer.concat(chunks));
}

describe("a client that never stands still and never gets done", () => {
  it("with its headers is refused, and its connection ended", async () => {
    const answer = await drip(
      "GET /operator-data-api/entities HTTP/1.1\r\nHost: localhost\r\n",
      "X-A: b\r\n",
    );
    expectParserRefusal(answer, 408, "VALIDATION_FAILED");
  });

  it.each([
    ["of a length that it names", "Content-Length: 1000000", " "],
    ["in chunks", "Transfer-Encoding: chunked", "1\r\n \r\n"],
  ])("with a body %s is too", async (_, framing, more) => {
    const headers = [
      `Authorization: Bearer ${api.ours.operator.key}`,
      "Content-Type: application/json",
      framing,
    ];
    const answer = await drip(head("POST /operator-data-api/entities HTTP/1.1", headers), more);
    expectParserRefusal(answer, 408, "VALIDATION_FAILED");
  });

  it("holds up nobody else", async () => {
    const slow = drip("GET / HTTP/1.1\r\n", "X-A: b\r\n");
    const { key } = api.ours.operator;
    const path = "/operator-data-api/entities";
    for (let n = 0; n < 20; n += 1) expect((await api.call("GET", path, { key })).status).toBe(200);
    expect((await slow).status).toBe(408);
  });
});
