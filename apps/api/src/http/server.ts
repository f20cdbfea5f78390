import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorCode } from "@onehazel/spec";
import type { Express } from "express";
import { ApiError } from "./errors.js";
import { Pipelining } from "./pipelining.js";
import { errorText, send } from "./reply.js";
import { newRequestId } from "./request-id.js";
import { neighbourOf, pathOf } from "./routes.js";

/** How often Node looks for requests that are late; by itself it would every 30 seconds. */
const lookForLateMsMax = 5_000;
const keepAliveTimeoutMs = 65_000;

/** What connections may cost. */
export interface ConnectionLimits {
  /** How many at once; those beyond are closed as they come. */
  readonly connectionsMax: number;
  /** How long nothing at all may move on one while a request is being answered: above the longest that takes. */
  readonly stallTimeoutMs: number;
  /** How long the headers of a request may take to come, however busily they do. */
  readonly headersTimeoutMs: number;
  /** How long all of a request may take to come. */
  readonly requestTimeoutMs: number;
}

/**
 * An HTTP server for an Express application. Express changes the prototype of every request and response it is handed, which
 * costs more than the rest of its work; here they have that prototype from birth, and changing it to itself costs nothing.
 *
 * @remarks It makes the application's `request` and `response` the prototypes of what it gives birth to.
 */
export function createHttpServer(app: Express, limits: ConnectionLimits): Server {
  const pipelining = new Pipelining();
  // Classes of their own, since V8 makes a new shape for each object that another function constructs in their name.
  class Request extends IncomingMessage {}
  class Response extends ServerResponse {}
  app.request = heir(Request.prototype, app.request);
  app.response = heir(Response.prototype, app.response);
  const server = createServer(
    {
      IncomingMessage: Request,
      ServerResponse: Response as typeof ServerResponse,
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(lookForLateMsMax, limits.headersTimeoutMs),
      keepAliveTimeout: keepAliveTimeoutMs,
      // Node's own answer to a request without Host has no body; ours is below.
      requireHostHeader: false,
    },
    answer,
  );
  server.maxConnections = limits.connectionsMax;
  // A client that has stopped reading its reply is let go by this; as long as some of it is taken, it isn't.
  server.timeout = limits.stallTimeoutMs;
  server.on("connection", (socket) => pipelining.accept(socket));
  server.on("clientError", (error, socket) => answerParserError(error, socket, pipelining));
  // The body is asked for when it is wanted, not before its sender is known.
  server.on("checkContinue", answer);
  // What a request expects beyond `100-continue` may be ignored (RFC 9110, 10.1.1); Node would answer without a body.
  server.on("checkExpectation", answer);
  server.on("connect", (_request, socket) => {
    // From here on the connection is ours: nobody else hears of its errors or ends it.
    socket.on("error", () => socket.destroy());
    socket.on("finish", () => socket.destroy());
    pipelining.afterThese(socket, () => refuse(socket, tunnel));
  });
  return server;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    pipelining.inTurn(request, response, () => serve(request, response));
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const hosts = countHosts(request.rawHeaders);
    // RFC 9112, 3.2.
    if (hosts > 1 || (hosts === 0 && request.httpVersion === "1.1")) {
      refuseRequest(response, malformed);
      return;
    }
    request.url = originForm(request.url ?? "");
    app(request, response);
  }
}

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts;
}

/** A target that names a host too may leave the path out, or make of the host what it likes: Express would answer by itself. */
function originForm(url: string): string {
  if (url.startsWith("/")) return url;
  const rest = url.replace(/^https?:\/\/[^/?]*/i, "");
  return rest.startsWith("/") ? rest : "/";
}

function heir<T extends object>(prototype: object, of: T): T {
  return Object.setPrototypeOf(prototype, of);
}

/** What never reaches the application, and deserves an answer in our shape too. */
interface Refusal {
  readonly status: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: readonly string[];
}

const malformed: Refusal = {
  status: "400 Bad Request",
  code: "VALIDATION_FAILED",
  message: "This is not a well-formed HTTP request",
};

const tunnel: Refusal = {
  status: "405 Method Not Allowed",
  code: "METHOD_NOT_ALLOWED",
  message: "Method not allowed",
  headers: ["Allow: DELETE, GET, HEAD, PATCH, POST, PUT"],
};

const parserErrors: Readonly<Record<string, Refusal>> = {
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

function answerParserError(error: NodeJS.ErrnoException, socket: Duplex, pipelining: Pipelining): void {
  if (!pipelining.isFailure(error, socket)) return;
  if (!socket.writable || error.code === "ECONNRESET" || pipelining.isAnsweredEarly(socket)) {
    socket.destroy(error);
    return;
  }
  const refusal = parserErrors[error.code ?? ""] ?? malformed;
  const request = pipelining.incompleteOn(socket);
  // While the answer to an earlier request is still to come, ours would be taken for it.
  pipelining.afterThese(socket, () => refuse(socket, refusal, request));
}

/** In the shape of its path, where the request got as far as saying one. */
function textOf({ code, message }: Refusal, requestId: string, request?: IncomingMessage): string {
  const operation = request === undefined ? undefined : neighbourOf(pathOf(request.url ?? ""));
  return errorText(new ApiError(code, message), requestId, operation);
}

/** Answers in the request's turn, and ends the connection. */
function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const requestId = newRequestId();
  const text = textOf(refusal, requestId, response.req);
  send(response, requestId, Number.parseInt(refusal.status, 10), text, { Connection: "close" });
}

/** How long a refused client may keep its half of the connection open. */
const lingerMs = 1_000;

/** Answers on the bare connection, and ends it. */
function refuse(socket: Duplex, refusal: Refusal, request?: IncomingMessage): void {
  const { status, headers = [] } = refusal;
  const requestId = newRequestId();
  const body = textOf(refusal, requestId, request);
  const head = [
    `HTTP/1.1 ${status}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...headers,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
