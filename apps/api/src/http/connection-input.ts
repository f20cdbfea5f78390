import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** llhttp's code for a pause: returned from the "headers complete" callback, it stops the parser inside the current chunk. */
const hpePaused = 21;

/**
 * Parts of a connection that Node does not document: its HTTP parser, and the flag by which Node keeps a paused socket paused. Used in
 * this file alone; the test of pipelined requests fails on a Node.js that lacks them.
 */
interface HttpSocket extends Socket {
  _paused: boolean;
  readonly parser: HttpParser | null;
}

interface HttpParser {
  /** Called with each request once its headers are parsed. Returns 0, or 2 if the bytes that follow are not HTTP. */
  onIncoming: (request: IncomingMessage & { readonly upgrade: boolean }, keepAlive: boolean) => number;
  pause(): void;
  resume(): void;
}

/** The error that the parser reports when it stops, with its current chunk and the number of bytes that it parsed. */
export interface ParserStop extends Error {
  readonly code?: string | undefined;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/**
 * The receiving side of one connection. `pause` stops the parser at the request it has just emitted, although the chunk that is being
 * parsed (64 KiB at most) may hold thousands more: pausing only the socket would stop only later chunks. The rest of the chunk is kept
 * as bytes until `resume`.
 */
export class ConnectionInput {
  readonly #socket: HttpSocket;
  #isPaused = false;
  /** From the decision to pause until the parser reports that it has stopped. */
  #isStopping = false;
  #unparsed: Buffer | undefined;

  /** For a connection that the server has just accepted. `isFull` is asked after each request that was emitted. */
  constructor(socket: Socket, isFull: () => boolean) {
    this.#socket = socket as HttpSocket;
    const { parser } = this.#socket;
    if (parser === null) return;
    const { onIncoming } = parser;
    parser.onIncoming = (request, keepAlive) => {
      // At a request with `Upgrade` the parser stops on its own, and then does not report our pause.
      const isUpgrade = request.upgrade;
      const verdict = onIncoming(request, keepAlive);
      if (verdict !== 0 || !isFull()) return verdict;
      this.#pause();
      if (isUpgrade) return verdict;
      this.#isStopping = true;
      return hpePaused;
    };
    // Node resumes a socket when a body is read or a response is flushed; we cannot prevent that.
    socket.on("resume", () => {
      if (!this.#isPaused) return;
      this.#pause();
      // Reading has started again. A stream that is already marked as paused does not emit "pause" a second time.
      socket.emit("pause");
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Keeps the rest of the chunk in which the parser was paused. Returns false for any other error. */
  keepRest({ code, rawPacket, bytesParsed = 0 }: ParserStop): boolean {
    if (code !== "HPE_PAUSED" || rawPacket === undefined) return false;
    // A paused parser rejects each further chunk without parsing any of it.
    const rest = this.#isStopping ? rawPacket.subarray(bytesParsed) : rawPacket;
    this.#isStopping = false;
    this.#unparsed = this.#unparsed === undefined ? rest : Buffer.concat([this.#unparsed, rest]);
    return true;
  }

  /** Parses the kept bytes, and resumes reading unless they fill the connection again. */
  resume(): void {
    const socket = this.#socket;
    if (!this.#isPaused || socket.destroyed || socket.parser === null) return;
    const unparsed = this.#unparsed;
    this.#unparsed = undefined;
    this.#isPaused = false;
    socket._paused = false;
    socket.parser.resume();
    // Emitted like data from the network, so that Node's own listener passes it to the parser. An empty rest is emitted too: the parser
    // stopped before the end of its request, and a request without a body ends without a further byte.
    if (unparsed !== undefined) socket.emit("data", unparsed);
    if (!this.#isPaused) socket.resume();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket._paused = true;
    this.#socket.pause();
    this.#socket.parser?.pause();
  }
}
