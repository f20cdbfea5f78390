import type { ServerResponse } from "node:http";
import type { Operation } from "@onehazel/spec";
import type { ApiError } from "./errors.js";
import { leavesUnread } from "./framing.js";
import type { StreamReply, TextReply } from "./operation.js";

/** What is sent: a status and the bytes of its JSON, or lines that are sent while they are made. */
export type Reply = TextReply | StreamReply;

/**
 * What every reply says. Nothing of one may be kept by a cache on the way, since it may hold a person's data; and should a browser
 * show one, it runs nothing of it, frames it nowhere and tells nobody where it was.
 */
export function commonHeaders(requestId: string): Record<string, string | number> {
  return {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Request-Id": requestId,
  };
}

/** Up to this, a head and a body that are put together cost less than two pieces handed to the connection. */
const joinedUnitsMax = 16_384;

/** A large body is written in pieces, each after the client has read the one before, so that the client's rate can be measured. */
const pieceBytes = 65_536;

/** Sends JSON. */
export function send(
  response: ServerResponse,
  requestId: string,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return;
  const body = text.length <= joinedUnitsMax ? text : Buffer.from(text, "utf8");
  const isLeftUnread = leavesUnread(response.req);
  const all = commonHeaders(requestId);
  all["Content-Type"] = "application/json; charset=utf-8";
  all["Content-Length"] = Buffer.byteLength(body);
  Object.assign(all, headers);
  if (isLeftUnread) all.Connection = "close";
  response.writeHead(status, all);
  if (isLeftUnread) {
    sendUnasked(response, body);
    return;
  }
  if (typeof body === "string" || body.length <= pieceBytes) response.end(body);
  else sendInPieces(response, body);
  // Node drops the rest of a body of which nothing was read, and of no other: the next request would never be seen behind it.
  if (!response.req.complete) response.req.resume();
}

function sendInPieces(response: ServerResponse, body: Buffer): void {
  let sentBytes = 0;
  const sendOn = () => {
    while (sentBytes < body.length) {
      const piece = body.subarray(sentBytes, sentBytes + pieceBytes);
      sentBytes += piece.length;
      if (!response.write(piece) && sentBytes < body.length) {
        response.once("drain", sendOn);
        return;
      }
    }
    response.end();
  };
  sendOn();
}

/** How long a client that goes on sending is listened to after its answer. */
const lingerMs = 2_000;

/**
 * Answers a client that is still sending what nobody will read. The answer goes out at once; the connection ends when the client
 * has, or after a while: closed under what still arrives, it would be reset and the answer lost with it.
 */
function sendUnasked(response: ServerResponse, body: Buffer | string): void {
  const { req: request } = response;
  response.flushHeaders();
  response.write(body);
  const end = () => {
    clearTimeout(linger);
    response.end();
  };
  const linger = setTimeout(end, lingerMs);
  request.once("end", end).once("close", end).on("error", end).resume();
}

/** An error's body, in the shape that its path speaks. */
export function errorText(error: ApiError, requestId: string, operation: Operation | undefined): string {
  const details = error.details === undefined ? {} : { details: error.details };
  const resetAt = error.resetAt?.toISOString();
  if (operation?.errorShape === "sentence") {
    const sentence =
      error.code === "INTERNAL_ERROR" && error.message === internalMessage
        ? (operation.failureSentence ?? internalMessage)
        : error.message;
    const { code } = error;
    return JSON.stringify({ success: false, error: sentence, code, ...details, requestId, resetAt });
  }
  return JSON.stringify({
    success: false,
    error: { code: error.code, message: error.message, ...details },
    requestId,
    resetAt,
  });
}

/** What a caller learns of a fault of ours. */
export const internalMessage = "Something went wrong on our side; the request id finds its cause in our log";
