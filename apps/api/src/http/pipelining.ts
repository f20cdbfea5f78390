import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectionInput, type ParserStop } from "./connection-input.js";

/** Requests of one connection that wait for their response, the one being answered among them. */
export const unansweredMax = 16;
/** When so few are left, the connection is read again: each pause costs an error object, so not one by one. */
const resumeAt = unansweredMax / 2;

interface Connection {
  readonly unanswered: ServerResponse[];
  readonly input: ConnectionInput;
  /** Whether it will be read on in the next turn of the event loop. */
  isResuming: boolean;
  /** Whether the parser has failed: it reports that again for each further chunk. */
  hasFailed: boolean;
}

/**
 * Answers the requests of each connection one at a time, in the order in which they came. A client may send many without waiting: run
 * side by side, a read would overtake the write before it (RFC 9112, 9.3.2), and one connection could have as many responses made as
 * fit into a packet. Beyond `unansweredMax` the connection is not read until responses have gone out.
 */
export class Pipelining {
  readonly #connections = new WeakMap<Duplex, Connection>();

  /** To be called with every connection that the server accepts, before its first request. */
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

  /** Whether a parser's error calls for a response: it does not when it says that the connection was paused, or says so again. */
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
 * In a turn of its own: responses that are made at once would otherwise have everything parsed and answered that the connection has
 * sent, before any other connection is looked at.
 */
function resumeLater(connection: Connection): void {
  if (connection.isResuming) return;
  connection.isResuming = true;
  setImmediate(() => {
    connection.isResuming = false;
    connection.input.resume();
  });
}
