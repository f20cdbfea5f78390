import { connect, type Socket } from "node:net";
import { generateMasterKey } from "@onehazel/crypto";
import { cloneDatabase } from "@onehazel/db/testing";
import { expect, it } from "vitest";
import { head, sendRaw } from "./raw.js";
import { startServerProcess } from "./server-process.js";

it("a server without descriptors left serves on once there are some again", async () => {
  const database = await cloneDatabase();
  const server = await startServerProcess(
    database.server,
    generateMasterKey("k1"),
    {},
    { descriptorsMax: 300 },
  );
  const live = () =>
    sendRaw(server.baseUrl, head("GET /livez HTTP/1.1"), { quietMs: 10_000 }).then(
      ({ status }) => status,
      () => "refused",
    );
  try {
    expect(await live()).toBe(200);
    const { hostname, port } = new URL(server.baseUrl);
    const sockets: Socket[] = Array.from({ length: 450 }, () => {
      const socket = connect(Number(port), hostname);
      return socket.on("error", () => undefined);
    });
    await expect.poll(live, { timeout: 120_000 }).toBe("refused");
    for (const socket of sockets) socket.destroy();
    await expect.poll(live, { timeout: 120_000 }).toBe(200);
  } finally {
    await server.kill();
    await database.drop();
  }
});
