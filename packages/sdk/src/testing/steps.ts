import type { Step } from "./reply.js";

/** Answers JSON. */
export function json(code: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Step {
  return raw(code, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

/** Answers a success with this `data`. */
export function ok(data: unknown, headers?: Readonly<Record<string, string>>): Step {
  return json(200, { success: true, data }, headers);
}

/** Answers an error in the usual shape. */
export function fails(
  code: number,
  name: string,
  headers?: Readonly<Record<string, string>>,
  more: object = {},
): Step {
  const body = {
    success: false,
    error: { code: name, message: `It is ${name}` },
    requestId: "req-1",
    ...more,
  };
  return json(code, body, { "x-request-id": "req-1", ...headers });
}

/** Answers an error in the shape of the path /api-keys. */
export function failsInASentence(code: number, name: string, sentence: string, more: object = {}): Step {
  return json(code, { success: false, error: sentence, code: name, requestId: "req-2", ...more });
}

/** Answers whatever is given. */
export function raw(code: number, body: string, headers: Readonly<Record<string, string>> = {}): Step {
  return (reply) => reply.head(code, headers).end(body);
}

/** Answers a status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Step {
  return raw(code, "", headers);
}

/** Cuts the connection instead of answering. */
export const reset: Step = (reply) => reply.cut();

/** Cuts the connection in the middle of the body. */
export const resetInTheBody: Step = (reply) =>
  reply
    .head(200, { "content-type": "application/json", "content-length": "100" })
    .write('{"success":true')
    .cut();

/** Begins to answer and then falls silent. */
export const stall: Step = (reply) =>
  reply.head(200, { "content-type": "application/json" }).write('{"success":');

/** Sends the first header and then, for longer than anyone waits, nothing. */
export const slowHeaders: Step = (reply) =>
  reply.wire("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");

/** Announces more than it sends, and ends the connection cleanly. */
export const contentLengthTooLarge: Step = (reply) =>
  reply.endWire(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"success":true,"data":{}}',
  );

/** Announces less than it sends, so that what is read of it is cut in the middle. */
export const contentLengthTooSmall: Step = (reply) =>
  reply.endWire(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"success":true,"data":{}}',
  );

/** Ends in the middle of a chunked body. */
export const truncatedBody: Step = (reply) =>
  reply.endWire(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"success":true,\r\n',
  );

/** Says gzip, and sends something else. */
export const noGzip: Step = (reply) =>
  reply
    .head(200, { "content-type": "application/json", "content-encoding": "gzip" })
    .end('{"success":true,"data":{}}');

/** Two answers that are only the beginning, and then `step`. */
export function afterInformation(step: Step): Step {
  return (reply, request) => step(reply.staysOpen().information(), request);
}

/** Answers, and closes the connection as soon as the answer is out, without a word about it. */
export function thenClosed(step: Step): Step {
  return (reply, request) => step(reply.staysOpen().cutWhenOut(), request);
}
