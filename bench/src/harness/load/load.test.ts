import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { Plan } from "./plan.js";
import { prepare } from "./send.js";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Seen {
  readonly url: string;
  readonly body: string;
  readonly key: string | string[] | undefined;
}

/** A server that notes what it is asked, and answers so many bytes. */
async function listen(seen: Seen[], answer: { status: number; bytes: number }): Promise<number> {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url ?? "", body, key: request.headers["idempotency-key"] });
    response.writeHead(answer.status, { "content-length": answer.bytes });
    response.end("x".repeat(answer.bytes));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const plan = (port: number, more: Partial<Plan> = {}): Plan => ({
  port,
  callers: 3,
  numbers: [7, 8, 9, 10, 11],
  shape: {
    method: "POST",
    path: "/things/{n}",
    headers: { "idempotency-key": "k{serial}" },
    body: '{"é":"{n}"}',
    status: [200],
  },
  ...more,
});

it("every request goes out once, about its own number, under a key of its own", async () => {
  const seen: Seen[] = [];
  const port = await listen(seen, { status: 200, bytes: 2 });
  const { latenciesMs } = await (await prepare(plan(port)))();
  expect(seen.map(({ url }) => url).sort()).toEqual(
    [7, 8, 9, 10, 11].map((n) => `/things/${String(n).padStart(9, "0")}`),
  );
  expect(seen.every(({ url, body }) => body === `{"é":"${url.slice(8)}"}`)).toBe(true);
  expect(new Set(seen.map(({ key }) => key)).size).toBe(5);
  expect([...latenciesMs].every((latency) => latency > 0)).toBe(true);
});

it("an answer that comes in many pieces is read to its end", async () => {
  const seen: Seen[] = [];
  const port = await listen(seen, { status: 200, bytes: 3_000_000 });
  await (await prepare(plan(port)))();
  expect(seen).toHaveLength(5);
});

it("another answer than was expected ends the run, and says what it was", async () => {
  const port = await listen([], { status: 404, bytes: 4 });
  const send = await prepare(plan(port));
  await expect(send()).rejects.toThrow(/404[\s\S]*xxxx/);
});

it("requests that are due go out no faster than that", async () => {
  const port = await listen([], { status: 200, bytes: 0 });
  const { elapsedMs } = await (await prepare(plan(port, { perSecond: 50 })))();
  // The fifth is due 80 ms after the first; a timer may be early by one.
  expect(elapsedMs).toBeGreaterThanOrEqual(78);
});
