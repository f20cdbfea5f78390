import type { ServerResponse } from "node:http";
import { pipeline as pump } from "node:stream/promises";
import type { Request } from "express";
import { asUnavailable } from "./dispatch.js";
import type { StreamReply } from "./operation.js";

/** Few enough to hold, many enough that a chunk's own cost is nothing. */
const chunkCharacters = 65_536;

/**
 * Sends lines of JSON as they are produced, no faster than the client reads them. An error before the first chunk rejects with
 * nothing sent, also for HEAD, so the caller can still send an error response. After a later error, the connection is cut before this
 * rejects. When the client disconnects, no more lines are requested.
 */
export async function sendLines(
  request: Request,
  response: ServerResponse,
  { status, lines }: StreamReply,
  headers: Readonly<Record<string, string | number>>,
  check: (line: string) => Promise<void>,
): Promise<void> {
  const chunks = chunksOf(lines, check);
  const first = await chunks.next().catch((error) => {
    throw asUnavailable(error);
  });
  response.writeHead(status, { "Content-Type": "application/x-ndjson", ...headers });
  if (request.method === "HEAD") {
    await chunks.return(undefined);
    response.end();
    return;
  }
  await pump(resumed(first, chunks), response);
}

/** Continues a generator whose first chunk has been taken. Ends the generator if the consumer stops early. */
async function* resumed<Chunk>(
  first: IteratorResult<Chunk, void>,
  rest: AsyncGenerator<Chunk, void>,
): AsyncGenerator<Chunk> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** Whether a transfer ended because its reader went away. */
export function isHungUp(error: unknown): boolean {
  return (error as { code?: string }).code === "ERR_STREAM_PREMATURE_CLOSE";
}

async function* chunksOf(
  lines: AsyncIterable<unknown>,
  check: (line: string) => Promise<void>,
): AsyncGenerator<string, void> {
  let chunk = "";
  for await (const line of lines) {
    const text = JSON.stringify(line);
    await check(text);
    chunk += `${text}\n`;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
