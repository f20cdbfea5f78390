import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CallOptions,
  isAbortError,
  isAPIError,
  isConnectionError,
  isDecodeError,
  isTimeoutError,
} from "./index.js";
import { operatorClient, rejectionOf } from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  type Reply,
  raw,
  reset,
  type Step,
  startFaultServer,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const ndjson = { "content-type": "application/x-ndjson", "x-request-id": "req-3" };
const entity = { type: "entity", external_id: "player_1", data: { name: "Ána 🍀" } };
const state = { type: "state", state_key: "balance", value: null };
const linesOf = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const last = { type: "end", states: 1, events: 0 };
const unfinished = linesOf(entity, state);
const text = linesOf(entity, state, last);
const bytes = new TextEncoder().encode(text);

/** Sends these pieces one after the other and then does `last`. */
const pieces =
  (parts: readonly (string | Uint8Array)[], last: (reply: Reply) => void, pauseMs = 5): Step =>
  async (reply) => {
    reply.head(200, ndjson);
    for (const part of parts) {
      reply.write(part);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    last(reply);
  };
const end = (reply: Reply) => reply.end();
const cut = (reply: Reply) => reply.cut();

/** Goes through an export: what it gave, and what it ended with if not well. */
async function read(options?: CallOptions) {
  const lines: unknown[] = [];
  const run = async () => {
    for await (const line of operatorClient(server.url).entities.export("player_1", options))
      lines.push(line);
    return "ended";
  };
  return { lines, end: await run().catch((error: unknown) => error) };
}

describe("an export", () => {
  it("gives every line once, wherever the chunks are cut, in the middle of a character too", async () => {
    server.script(
      pieces(
        [...bytes].map((byte) => Uint8Array.of(byte)),
        end,
      ),
    );
    expect(await read()).toEqual({ lines: [entity, state], end: "ended" });
  });

  it("asks for nothing until someone looks, and is asked for anew each time", async () => {
    server.script(raw(200, text, ndjson));
    const lines = operatorClient(server.url).entities.export("player_1");
    expect(server.seen).toHaveLength(0);
    for await (const _ of lines);
    for await (const _ of lines) break;
    expect(server.seen).toHaveLength(2);
  });

  it("lines arrive before the transfer ends, and stopping early closes it", async () => {
    const closed = new Promise<void>((resolve) => {
      server.script((reply) => {
        void reply.closed.then(resolve);
        reply.head(200, ndjson).write(text);
      });
    });
    for await (const line of operatorClient(server.url).entities.export("player_1")) {
      expect(line).toEqual(entity);
      break;
    }
    await closed;
  });

  it.each<[string, Step]>([
    ["cut between two lines", pieces([unfinished], cut)],
    ["cut in the middle of a line", pieces([unfinished, '{"type":"ev'], cut)],
    ["ended between two lines, as a careless proxy does", pieces([unfinished], end)],
    ["ended in the middle of a line", pieces([unfinished, '{"type":"ev'], end)],
    ["ended before the last line feed", pieces([unfinished, JSON.stringify(last)], end)],
    ["cut after the last line, before the transfer says that it is over", pieces([text], cut)],
  ])("%s: it is an error, after the lines that came", async (_, step) => {
    server.script(step);
    const { lines, end: error } = await read();
    expect(lines).toEqual([entity, state]);
    expect(isConnectionError(error) && [error.requestId, error.isRetryable]).toEqual(["req-3", true]);
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, Step]>([
    ["a stream of nothing", pieces([], end)],
    ["an empty body", raw(200, "", { ...ndjson, "content-length": "0" })],
  ])("%s: it is an error, since there is always an entity", async (_, step) => {
    server.script(step);
    expect(isConnectionError((await read()).end)).toBe(true);
  });

  it("falls silent: TimeoutError once a wait for more is over timeoutMs, however long the rest took", async () => {
    const slow = Array.from({ length: 50 }, () => `${JSON.stringify(state)}\n`);
    // Together they take longer than any wait may, and each pause is far below it, on a busy machine too.
    server.script(pieces(slow, () => undefined, 120));
    const { lines, end: error } = await read({ timeoutMs: 5_000, deadlineMs: 5_500 });
    expect(lines).toHaveLength(50);
    expect(isTimeoutError(error) && [error.bound, error.timeoutMs]).toEqual(["attempt", 5_000]);
  });

  it("a slow reader is no timeout", async () => {
    server.script(pieces([JSON.stringify(entity), "\n", JSON.stringify(state), "\n", linesOf(last)], end));
    const seen: unknown[] = [];
    for await (const line of operatorClient(server.url).entities.export("player_1", { timeoutMs: 3_000 })) {
      seen.push(line);
      await new Promise((resolve) => setTimeout(resolve, 3_300));
    }
    expect(seen).toHaveLength(2);
  });

  it("stops at once with the caller's signal", async () => {
    server.script(pieces([text], () => undefined));
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 60);
    const { end: error } = await read({ signal: controller.signal });
    expect(isAbortError(error) && error.cause).toBe("enough");
  });

  it("is retried until the first byte, as every read", async () => {
    server.script(reset, fails(503, "SERVICE_UNAVAILABLE"), raw(200, text, ndjson));
    expect(await read()).toEqual({ lines: [entity, state], end: "ended" });
    expect(server.seen).toHaveLength(3);
  });

  it("an error reply is the error it says", async () => {
    server.script(fails(404, "ENTITY_NOT_FOUND"));
    expect(isAPIError((await read()).end, "ENTITY_NOT_FOUND")).toBe(true);
  });

  it("a page that is no NDJSON, and a line that is no JSON: DecodeError, which quotes neither", async () => {
    for (const step of [
      raw(200, "<html>secret</html>\n", { "content-type": "text/html" }),
      raw(200, "secret\n", ndjson),
    ]) {
      server.script(step);
      const { end: error } = await read();
      expect(isDecodeError(error)).toBe(true);
      expect(JSON.stringify(error) + String(error)).not.toContain("secret");
    }
  });

  it("an externalId that no path can carry is refused before anything is sent", async () => {
    server.script(raw(200, text, ndjson));
    const lines = operatorClient(server.url).entities.export("..")[Symbol.asyncIterator]();
    expect(await rejectionOf(lines.next())).toMatchObject({ name: "ArgumentError" });
    expect(server.seen).toHaveLength(0);
  });
});
