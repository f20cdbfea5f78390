import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
  readonly socket: Socket;
}

/** What the server does with one request. */
export type Step = (response: ServerResponse, request: Seen) => void;

export interface FaultServer {
  readonly url: string;
  /** Every request so far, in order. */
  readonly seen: readonly Seen[];
  /** The steps for the next requests, in order; the last one serves for all that follow. */
  script(...steps: readonly [Step, ...Step[]]): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port that misbehaves as it is told. */
export async function startFaultServer(): Promise<FaultServer> {
  const seen: Seen[] = [];
  let steps: Step[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const arrived = { method, url, headers, body, atMs: performance.now(), socket: request.socket };
      seen.push(arrived);
      const step = steps.length > 1 ? steps.shift() : steps[0];
      (step ?? status(500))(response, arrived);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    script: (...next) => {
      seen.length = 0;
      steps = [...next];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

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
  return (response) => response.writeHead(code, headers).end(body);
}

/** Answers a status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Step {
  return raw(code, "", headers);
}

/** Cuts the connection instead of answering. */
export const reset: Step = (response) => response.socket?.destroy();

/** Cuts the connection in the middle of the body. */
export const resetInTheBody: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"success":true', () => response.socket?.destroy());
};

/** Begins to answer and then falls silent. */
export const stall: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"success":');
};

/** Sends the first header and then, for longer than anyone waits, nothing. */
export const slowHeaders: Step = (response) => {
  response.socket?.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
};

/** Announces more than it sends, and ends the connection cleanly. */
export const contentLengthTooLarge: Step = (response) => {
  response.socket?.end(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"success":true,"data":{}}',
  );
};

/** Announces less than it sends, so that what is read of it is cut in the middle. */
export const contentLengthTooSmall: Step = (response) => {
  response.socket?.end(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"success":true,"data":{}}',
  );
};

/** Ends in the middle of a chunked body. */
export const truncatedBody: Step = (response) => {
  response.socket?.end(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"success":true,\r\n',
  );
};

/** Says gzip, and sends something else. */
export const noGzip: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
  response.end('{"success":true,"data":{}}');
};

/** Two answers that are only the beginning, and then `step`. */
export function afterInformation(step: Step): Step {
  return (response, request) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    step(response, request);
  };
}

/** Answers, and closes the connection as soon as the answer is out, without a word about it. */
export function thenClosed(step: Step): Step {
  return (response, request) => {
    response.on("finish", () => setImmediate(() => request.socket.destroy()));
    step(response, request);
  };
}
