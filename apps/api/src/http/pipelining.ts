import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectionInput, type ParserStop } from "./connection-input.js";

/** The maximum number of requests on one connection without a complete response, including the one in progress. */
export const unansweredMax = 16;
/** Reading resumes when only this many are left. Resuming after each response would cost one error object per pause. */
const resumeAt = unansweredMax / 2;

interface Connection {
  readonly unanswered: ServerResponse[];
  readonly input: ConnectionInput;
  /** Whether reading will resume in the next iteration of the event loop. */
  isResuming: boolean;
  /** Whether the parser has failed. It repeats the error for each further chunk. */
  hasFailed: boolean;
}

/**
 * Answers the requests of each connection one at a time, in the order in which they arrive. A client may send many without waiting. If
 * they ran concurrently, a read could overtake the write before it (RFC 9112, 9.3.2), and one connection could cause as many responses
 * as requests fit into a packet. Beyond `unansweredMax`, the connection is not read until responses have been sent.
 */
export class Pipelining {
  readonly #connections = new WeakMap<Duplex, Connection>();

  /** Call this for each accepted connection, before its first request. */
  accept(socket: Socket): void {
    const unanswered: ServerResponse[] = [];
    const input = new ConnectionInput(socket, () => unanswered.length >= unansweredMax);
    this.#connections.set(socket, { unanswered, input, isResuming: false, hasFailed: false });
  }

  /** Serves once everything before it on its connection is answered; never, if the connection ends before. */
  inTurn(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const { socket } = request;
    const connection = this.#connections.get(socket) as Connection;
    const { unanswered, input } = connection;
    const before = unanswered.at(-1);
    unanswered.push(response);
    response.once("close", () => {
      unanswered.splice(unanswered.indexOf(response), 1);
      if (input.isPaused && unanswered.length <= resumeAt) resumeLater(connection);
    });
    if (before === undefined) serve();
    else
      before.once("close", () => {
        if (!socket.destroyed && socket.writable) serve();
      });
  }

  /** Whether a parser's error needs a response. False for a pause of the connection and for a repeated error. */
  isFailure(error: ParserStop, socket: Duplex): boolean {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return true;
    if (connection.hasFailed || connection.input.keepRest(error)) return false;
    connection.hasFailed = true;
    return true;
  }

  /** Whether a request whose body is still coming has its answer already. */
  isAnsweredEarly(socket: Duplex): boolean {
    return this.#unansweredOn(socket).some(({ req, headersSent }) => headersSent && !req.complete);
  }

  /** The request whose body is still coming on this connection. */
  incompleteOn(socket: Duplex): IncomingMessage | undefined {
    return this.#unansweredOn(socket).find(({ req }) => !req.complete)?.req;
  }

  /** Runs once every request that has come whole on this connection is answered. */
  afterThese(socket: Duplex, run: () => void): void {
    const last = this.#unansweredOn(socket).findLast(({ req }) => req.complete);
    if (last === undefined) run();
    else last.once("close", run);
  }

  #unansweredOn(socket: Duplex): readonly ServerResponse[] {
    return this.#connections.get(socket)?.unanswered ?? [];
  }
}

/**
 * Resumes in the next iteration of the event loop. Otherwise, with handlers that respond immediately, one connection could have everything
 * that it sent parsed and answered before any other connection is served.
 */
function resumeLater(connection: Connection): void {
  if (connection.isResuming) return;
  connection.isResuming = true;
  setImmediate(() => {
    connection.isResuming = false;
    connection.input.resume();
  });
}
