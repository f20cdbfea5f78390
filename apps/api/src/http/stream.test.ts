import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Request } from "express";
import { afterEach, expect, it } from "vitest";
import { isHungUp, sendLines } from "./stream.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

interface Run {
  readonly url: string;
  /** How sending ended: undefined when all of it was sent. */
  readonly ended: Promise<unknown>;
}

/** A server that answers one request with these lines. */
async function serve(lines: AsyncIterable<unknown>, answersErrors = false): Promise<Run> {
  let end: (outcome: unknown) => void = () => undefined;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const server = createServer((request, response) => {
    sendLines(request as Request, response, { status: 200, lines }, {}, async () => undefined).then(
      () => end(undefined),
      (error) => {
        if (answersErrors && !response.headersSent) response.writeHead(500).end();
        end(error);
      },
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ended };
}

/** Counts what is asked of it, and knows when nobody will ask any more. */
function counted(linesMax: number, failAt = Number.POSITIVE_INFINITY) {
  const state = { made: 0, released: false };
  async function* make() {
    try {
      for (; state.made < linesMax; state.made += 1) {
        if (state.made === failAt) throw new Error("broken");
        yield { n: state.made, filler: "x".repeat(1_000) };
      }
    } finally {
      state.released = true;
    }
  }
  return { state, lines: make() };
}

const opened = (url: string) =>
  new Promise<IncomingMessage>((resolve, reject) => get(url, resolve).on("error", reject));

it("every line arrives, one JSON value each, in order", async () => {
  const { lines } = counted(1_000);
  const { url, ended } = await serve(lines);
  const response = await fetch(url);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const texts = (await response.text()).split("\n");
  expect(texts.pop()).toBe("");
  expect(texts.map((text) => JSON.parse(text).n)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  expect(await ended).toBeUndefined();
});

it("no more is made than a reader who has stopped reading can have been sent", async () => {
  const { lines, state } = counted(100_000);
  const { url } = await serve(lines);
  const response = await opened(url);
  response.pause();
  await expect
    .poll(async () => {
      const before = state.made;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return state.made - before;
    })
    .toBe(0);
  expect(state.made).toBeLessThan(50_000);
  response.resume();
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  expect(bytes).toBeGreaterThan(100_000_000);
  expect(state.made).toBe(100_000);
});

it("what breaks midway is seen as a transfer cut short, not as the end", async () => {
  const { lines, state } = counted(1_000, 500);
  const { url, ended } = await serve(lines);
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(await ended).toMatchObject({ message: "broken" });
  expect(isHungUp(await ended)).toBe(false);
  expect(state.released).toBe(true);
});

it("nothing more is made once the reader has gone", async () => {
  const { lines, state } = counted(1_000_000);
  const { url, ended } = await serve(lines);
  const response = await opened(url);
  response.destroy();
  expect(isHungUp(await ended)).toBe(true);
  expect(state.released).toBe(true);
  expect(state.made).toBeLessThan(1_000_000);
});

it("HEAD has the headers, and no more is made than the first chunk", async () => {
  const { lines, state } = counted(1_000);
  const { url, ended } = await serve(lines);
  const response = await fetch(url, { method: "HEAD" });
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
    200,
    "application/x-ndjson",
    "",
  ]);
  expect(await ended).toBeUndefined();
  expect(state.made).toBeLessThan(100);
  expect(state.released).toBe(true);
});

it.each(["GET", "HEAD"])(
  "what breaks before the first chunk leaves %s unanswered, for an error to be sent",
  async (method) => {
    const { lines, state } = counted(1_000, 3);
    const { url, ended } = await serve(lines, true);
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get("content-type")]).toEqual([500, null]);
    expect(await ended).toMatchObject({ message: "broken" });
    expect(state.released).toBe(true);
  },
);
