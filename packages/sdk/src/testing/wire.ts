import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Command, Seen } from "./reply.js";

/** One request on the server's side of the wire. */
export interface Arrival {
  readonly request: Seen;
  readonly perform: (command: Command) => void;
  readonly closed: Promise<void>;
}

export interface Wire {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A real HTTP server on a free port; what it answers is for `onRequest` to say.
 *
 * @param keepsAlive False: a connection serves one request, unless the answer says otherwise.
 */
export async function openWire(onRequest: (arrival: Arrival) => void, keepsAlive = true): Promise<Wire> {
  const server = createServer(async (request, response) => {
    response.shouldKeepAlive &&= keepsAlive;
    const body = await textOf(request);
    if (body === undefined) return;
    const { method = "", url = "", headers } = request;
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    onRequest({
      request: { method, url, headers, body, atMs: performance.now() },
      perform: performer(response),
      closed,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Undefined for a request that was given up before its end. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  let body = "";
  request.setEncoding("utf8");
  try {
    for await (const chunk of request) body += chunk;
  } catch {
    return undefined;
  }
  return body;
}

function performer(response: ServerResponse): (command: Command) => void {
  const socket = response.socket;
  let out: Promise<unknown> | undefined;
  return (command) => {
    switch (command.do) {
      case "head":
        response.writeHead(command.code, command.headers);
        return;
      case "write":
        out = new Promise((resolve) => response.write(command.chunk, resolve));
        return;
      case "end":
        response.end(command.chunk);
        return;
      case "wire":
        if (command.isLast) socket?.end(command.text);
        else socket?.write(command.text);
        return;
      case "information":
        response.writeProcessing();
        response.writeEarlyHints({ link: "</style.css>; rel=preload" });
        return;
      case "staysOpen":
        response.shouldKeepAlive = true;
        return;
      case "cut":
        if (out === undefined) socket?.destroy();
        else void out.then(() => socket?.destroy());
        return;
      case "cutWhenOut":
        response.on("finish", () => setImmediate(() => socket?.destroy()));
    }
  };
}
