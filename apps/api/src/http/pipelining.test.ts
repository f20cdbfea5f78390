import type { Server, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import express, { type Response } from "express";
import { afterEach, expect, it } from "vitest";
import { head } from "../testing/raw.js";
import { unansweredMax } from "./pipelining.js";
import { createHttpServer } from "./server.js";

const limits = {
  connectionsMax: 10,
  stallTimeoutMs: 60_000,
  headersTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
};

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

interface Run {
  readonly server: Server;
  /** Parsed requests. */
  parsed: number;
  /** Those of them that have their response. */
  answered: number;
  /** The most that were parsed and not answered. */
  unansweredMost: number;
  open(): Wire;
}

interface Wire {
  readonly socket: Socket;
  readonly bodies: string[];
  readonly closed: Promise<void>;
}

/** A server whose application is `serve`; every response is the path that was asked for. */
async function start(serve: (answer: () => void, path: string) => void): Promise<Run> {
  const app = express();
  app.use((request, response: Response) => {
    let body = 0;
    request.on("data", (chunk: Buffer) => {
      body += chunk.length;
    });
    request.on("end", () => serve(() => response.end(`<${request.path}${body || ""}>`), request.path));
  });
  const server = createHttpServer(app, limits);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const run: Run = {
    server,
    parsed: 0,
    answered: 0,
    unansweredMost: 0,
    open: () => {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      const bodies: string[] = [];
      let text = "";
      socket.setEncoding("latin1");
      socket.on("data", (chunk: string) => {
        text += chunk;
        const whole = text.lastIndexOf(">") + 1;
        bodies.push(...[...text.slice(0, whole).matchAll(/<([^<>]*)>/g)].map(([, body]) => body as string));
        text = text.slice(whole);
      });
      socket.on("error", () => undefined);
      const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
      stops.push(() => socket.destroy());
      return { socket, bodies, closed };
    },
  };
  // Emitted for each request that was parsed, whether or not its turn has come.
  server.on("request", (_request, response) => {
    run.parsed += 1;
    run.unansweredMost = Math.max(run.unansweredMost, run.parsed - run.answered);
    // Before the server's own listener, which parses further requests.
    response.prependOnceListener("close", () => {
      run.answered += 1;
    });
  });
  stops.push(() => server.close().closeAllConnections());
  return run;
}

const keepAlive = ["Connection: keep-alive"];
const get = (path: string) => head(`GET ${path} HTTP/1.1`, keepAlive);
const paths = (count: number) => Array.from({ length: count }, (_, n) => `/${n}`);

it("a connection has at most the allowed number of parsed and unanswered requests", async () => {
  const waiting: (() => void)[] = [];
  const run = await start((answer, path) => (path === "/now" ? answer() : waiting.push(answer)));
  const wire = run.open();
  // With this number the last request fills the connection again, with nothing left to parse after it.
  const asked = paths(400);
  wire.socket.write(asked.map(get).join(""));
  await expect.poll(() => run.parsed, { timeout: 60_000 }).toBeGreaterThanOrEqual(unansweredMax);
  // Other connections are served. By the end of these requests, the rest of the flood would have been parsed.
  for (let n = 0; n < 20; n += 1) {
    const other = run.open();
    other.socket.write(head("GET /now HTTP/1.1"));
    await other.closed;
    expect(other.bodies).toEqual(["/now"]);
  }
  expect(run.parsed - 20).toBe(unansweredMax);
  const answering = setInterval(() => {
    for (const answer of waiting.splice(0)) answer();
  }, 1);
  stops.push(() => clearInterval(answering));
  await expect.poll(() => wire.bodies.length, { timeout: 60_000 }).toBe(asked.length);
  expect(wire.bodies).toEqual(asked);
});

it.each([
  ["at once", (answer: () => void) => answer()],
  ["a turn later", (answer: () => void) => void setImmediate(answer)],
])("a flood that is answered %s is answered whole and in order", async (_, serve) => {
  const run = await start(serve);
  const wire = run.open();
  const asked = paths(6_000);
  wire.socket.write(asked.map(get).join(""));
  wire.socket.write(head("GET /last HTTP/1.1"));
  await wire.closed;
  expect(wire.bodies).toEqual([...asked, "/last"]);
  expect(run.unansweredMost).toBeLessThanOrEqual(unansweredMax);
});

it("a flood with immediate responses leaves every other iteration of the event loop to other connections", async () => {
  let inThisTurn = 0;
  let mostInATurn = 0;
  const run = await start((answer) => {
    inThisTurn += 1;
    mostInATurn = Math.max(mostInATurn, inThisTurn);
    answer();
  });
  let isOver = false;
  const countTurns = () => {
    inThisTurn = 0;
    if (!isOver) setImmediate(countTurns);
  };
  countTurns();
  const wire = run.open();
  wire.socket.write(paths(6_000).map(get).join("") + head("GET /last HTTP/1.1"));
  await wire.closed;
  isOver = true;
  expect(wire.bodies).toHaveLength(6_001);
  // Those that were left, and those that came when reading went on.
  expect(mostInATurn).toBeLessThanOrEqual(2 * unansweredMax);
});

it("a flood with bodies is bounded too, however it is split into packets", async () => {
  const run = await start((answer) => void setImmediate(answer));
  const wire = run.open();
  const asked = Array.from({ length: 500 }, (_, n) => ({ path: `/${n}`, size: (n * 7_919) % 5_000 }));
  const requests = asked.map(({ path, size }, n) => {
    const body = "x".repeat(size);
    return n % 2 === 0 && size > 0
      ? `${head(`POST ${path} HTTP/1.1`, [...keepAlive, "Transfer-Encoding: chunked"])}${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      : `${head(`POST ${path} HTTP/1.1`, [...keepAlive, `Content-Length: ${size}`])}${body}`;
  });
  const text = requests.join("") + head("GET /last HTTP/1.1");
  for (let at = 0, size = 1; at < text.length; at += size, size = ((size * 31) % 9_973) + 1) {
    if (!wire.socket.write(text.slice(at, at + size)))
      await new Promise((resolve) => wire.socket.once("drain", resolve));
  }
  await wire.closed;
  expect(wire.bodies).toEqual([...asked.map(({ path, size }) => `${path}${size || ""}`), "/last"]);
  expect(run.unansweredMost).toBeLessThanOrEqual(unansweredMax);
});

it.each([
  ["rubbish", "rubbish\r\n\r\n", 400],
  ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405],
])("what follows a flood and is %s is answered after it", async (_, last, status) => {
  const run = await start((answer) => void setImmediate(answer));
  const wire = run.open();
  let text = "";
  wire.socket.on("data", (chunk) => {
    text += chunk;
  });
  const asked = paths(100);
  wire.socket.write(asked.map(get).join("") + last);
  await wire.closed;
  expect(wire.bodies).toEqual(asked);
  expect(text.match(/HTTP\/1\.1 \d+/g)?.at(-1)).toBe(`HTTP/1.1 ${status}`);
});

it("a client that hangs up in the middle of a flood leaves nothing behind", async () => {
  const waiting: (() => void)[] = [];
  const run = await start((answer) => waiting.push(answer));
  const wire = run.open();
  wire.socket.write(paths(5_000).map(get).join(""));
  await expect.poll(() => run.parsed, { timeout: 60_000 }).toBeGreaterThanOrEqual(unansweredMax);
  wire.socket.destroy();
  await wire.closed;
  const other = run.open();
  other.socket.write(head("GET /now HTTP/1.1"));
  const answering = setInterval(() => {
    for (const answer of waiting.splice(0)) answer();
  }, 1);
  stops.push(() => clearInterval(answering));
  await other.closed;
  expect(other.bodies).toEqual(["/now"]);
  const connections = () => new Promise((resolve) => run.server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections, { timeout: 60_000 }).toBe(0);
  expect(run.unansweredMost).toBeLessThanOrEqual(unansweredMax + 1);
});

it("a client that sends more after invalid HTTP gets one response, and causes no further work", async () => {
  let answer: (() => void) | undefined;
  const run = await start((answerNow) => {
    answer = answerNow;
  });
  let response: ServerResponse | undefined;
  run.server.on("request", (_, made) => {
    response = made;
  });
  let errors = 0;
  run.server.on("clientError", () => {
    errors += 1;
  });
  const wire = run.open();
  let text = "";
  wire.socket.on("data", (chunk) => {
    text += chunk;
  });
  wire.socket.write(`${get("/first")}rubbish\r\n\r\n`);
  await expect.poll(() => errors, { timeout: 60_000 }).toBe(1);
  const listeners = response?.listenerCount("close");
  for (let n = 2; n <= 20; n += 1) {
    wire.socket.write("rubbish");
    await expect.poll(() => errors, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(n);
  }
  expect(response?.listenerCount("close")).toBe(listeners);
  answer?.();
  await wire.closed;
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
});
