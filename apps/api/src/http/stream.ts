import type { ServerResponse } from "node:http";
import { pipeline as pump } from "node:stream/promises";
import type { Request } from "express";
import { asUnavailable } from "./dispatch.js";
import type { StreamReply } from "./operation.js";

/** Few enough to hold, many enough that a chunk's own cost is nothing. */
const chunkCharacters = 65_536;

/**
 * Sends lines of JSON while they are made, no faster than they are read. What fails before the first of them are ready rejects with
 * nothing sent, also for HEAD, so the caller can still send an error. When they break off later, the connection is cut before this
 * rejects; when the reader is gone, they are asked for no longer.
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

/** A generator whose first chunk has been taken. Ends it when nobody asks for the rest. */
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
