import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { keyHash, operatorId, statements } from "./tables.js";

// The least program that could do the job: no authentication, validation, encryption or isolation. It is what the server is held to.
const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
const query = (name: keyof typeof statements, values: unknown[]) =>
  pool.query({ name, text: statements[name], values });
const id = (prefix: string) => `${prefix}_${randomBytes(8).toString("hex")}`;
const keyHashBytes = Buffer.from(keyHash, "hex");

const server = createServer(async (request, response) => {
  const parts = (request.url as string).split("/");
  if (request.method === "GET") return get(parts, response);
  const body = JSON.parse(await textOf(request));
  if (parts.length > 3) {
    const values = [operatorId, id("eev"), body.eventType, body.data, parts[3]];
    const { rows } = await query("event", values);
    return answer(response, 201, rows[0]);
  }
  const { externalId, entityType, data } = body;
  const newId = id("ent");
  const { rows } = await query("upsert", [operatorId, newId, externalId, entityType, data]);
  const created = rows[0].id === newId;
  const action = created ? "created" : "updated";
  answer(response, created ? 201 : 200, { id: rows[0].id, externalId, entityType, action });
});

async function get(parts: string[], response: ServerResponse): Promise<void> {
  if (parts[2] === "key") {
    const { rows } = await query("key", [keyHashBytes]);
    return answer(response, 200, rows[0]);
  }
  if (parts[2] === "entities") {
    const { rows } = await query("read", [operatorId, parts[3]]);
    return answer(response, 200, rows[0]);
  }
  const { rows } = await query("list", [operatorId]);
  answer(response, 200, rows);
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => resolve(text));
  });
}

function answer(response: ServerResponse, status: number, data: unknown): void {
  const text = JSON.stringify({ success: true, data });
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`answers at http://localhost:${(server.address() as AddressInfo).port}\n`);
});
