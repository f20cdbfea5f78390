import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Express } from "express";
import { newRequestId } from "./request-id.js";

const requestTimeoutMs = 60_000;
const headersTimeoutMs = 15_000;
const keepAliveTimeoutMs = 65_000;

/**
 * An HTTP server for an Express application. Express changes the prototype of every request and response it is handed, which
 * costs more than the rest of its work; here they have that prototype from birth, and changing it to itself costs nothing.
 */
export function createHttpServer(app: Express): Server {
  const server = createServer(
    {
      IncomingMessage: bornAs(IncomingMessage, app.request),
      ServerResponse: bornAs(ServerResponse, app.response) as unknown as typeof ServerResponse,
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    app,
  );
  server.on("clientError", answerParserError);
  return server;
}

function bornAs<T extends abstract new (...args: never[]) => object>(base: T, prototype: object): T {
  const born = function (this: unknown, ...args: unknown[]): object {
    return Reflect.construct(base as never, args, born as never);
  };
  born.prototype = prototype;
  return born as unknown as T;
}

/** What Node's own parser refuses never reaches the application, and deserves an answer in our shape too. */
const parserErrors: Readonly<Record<string, { status: string; code: string; message: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "PAYLOAD_TOO_LARGE",
    message: "The request's line and headers are too large together",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: "413 Payload Too Large",
    code: "PAYLOAD_TOO_LARGE",
    message: "The request's chunk extensions are too large",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "VALIDATION_FAILED",
    message: "The request did not arrive in time",
  },
};

function answerParserError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy(error);
    return;
  }
  const { status, code, message } = parserErrors[error.code ?? ""] ?? {
    status: "400 Bad Request",
    code: "VALIDATION_FAILED",
    message: "This is not a well-formed HTTP request",
  };
  const requestId = newRequestId();
  const body = JSON.stringify({ success: false, error: { code, message }, requestId });
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
