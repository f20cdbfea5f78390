import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Lets each connection have one request answered at a time, in the order in which they came. A client may send many without
 * waiting: run side by side, a read would overtake the write before it (RFC 9112, 9.3.2), and one connection could have as many
 * replies made as fit into a packet.
 */
export class Pipelining {
  readonly #unanswered = new WeakMap<Duplex, ServerResponse[]>();

  /** Serves once everything before it on its connection is answered; never, if the connection ends before. */
  inTurn(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const { socket } = request;
    const waiting = this.#unanswered.get(socket) ?? [];
    this.#unanswered.set(socket, waiting);
    const before = waiting.at(-1);
    waiting.push(response);
    response.once("close", () => waiting.splice(waiting.indexOf(response), 1));
    if (before === undefined) serve();
    else
      before.once("close", () => {
        if (!socket.destroyed && socket.writable) serve();
      });
  }

  /** Whether a request whose body is still coming has its answer already. */
  isAnsweredEarly(socket: Duplex): boolean {
    return (
      this.#unanswered.get(socket)?.some(({ req, headersSent }) => headersSent && !req.complete) === true
    );
  }

  /** The request whose body is still coming on this connection. */
  incompleteOn(socket: Duplex): IncomingMessage | undefined {
    return this.#unanswered.get(socket)?.find(({ req }) => !req.complete)?.req;
  }

  /** Runs once every request that has come whole on this connection is answered. */
  afterThese(socket: Duplex, run: () => void): void {
    const last = this.#unanswered.get(socket)?.findLast(({ req }) => req.complete);
    if (last === undefined) run();
    else last.once("close", run);
  }
}
