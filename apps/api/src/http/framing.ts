import type { IncomingMessage } from "node:http";

/** What is left of a refused body up to this size is read and dropped, so that the connection can be used on. */
const droppedBytesMax = 1_048_576;

/** Whether a body comes with the request, by its head. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** Whether the client waits with its body until it is told to go on (RFC 9110, 10.1.1). */
export function expectsContinue(request: IncomingMessage): boolean {
  return request.httpVersion === "1.1" && /(?:^|\W)100-continue(?:$|\W)/i.test(request.headers.expect ?? "");
}

/** Whether more of a body may follow than is worth waiting for, once the request is answered. */
export function leavesUnread(request: IncomingMessage): boolean {
  if (request.complete || !hasBody(request)) return false;
  const declared = request.headers["content-length"];
  return declared === undefined || Number(declared) > droppedBytesMax || expectsContinue(request);
}
