import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What an upsert is told, at once and whatever was sent. */
const upserted = JSON.stringify({
  success: true,
  data: { id: "ent_a1b2c3d4e5f67890", externalId: "game_1", entityType: "game", action: "updated" },
});

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(upserted);
  });
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`answers at http://localhost:${(server.address() as AddressInfo).port}\n`);
});
