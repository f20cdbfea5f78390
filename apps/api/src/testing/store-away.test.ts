import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "./harness.js";
import { standingOf } from "./rate-limit-headers.js";

const entities = "/operator-data-api/entities";
const away = "the shared store is away: this server counts for itself";

/** Something at the store's address that is no store. */
async function listen(hear: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    hear(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `redis://127.0.0.1:${(server.address() as { port: number }).port}` };
}

describe.each([
  ["takes connections and says nothing", (): void => {}],
  ["hangs up", (socket: Socket): void => void socket.destroy()],
  ["speaks another language", (socket: Socket): void => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
])("a store that %s", (_, hear) => {
  const sockets = new Set<Socket>();
  let server: Server;
  let api: TestApi;
  beforeAll(async () => {
    const listening = await listen((socket) => {
      sockets.add(socket);
      hear(socket);
    });
    server = listening.server;
    api = await startApi({ redisUrl: listening.url });
  });
  afterAll(async () => {
    await api.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("keeps no server from starting, counting and answering, and is told of once", async () => {
    const { key } = api.ours.operator;
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.call("GET", entities, { key })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const used = answers.map((answer) => 1_000_000 - (standingOf(answer)?.left ?? 0)).sort((a, b) => a - b);
    expect(used).toEqual(Array.from({ length: 50 }, (__, index) => index + 1));
    expect(api.logLines.filter((line) => line.includes(away))).toHaveLength(1);
  });
});
