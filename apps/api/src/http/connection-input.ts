import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** llhttp's code for "stop here": what it returns from its "headers complete" callback ends its work on the current chunk. */
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
  /** Called with each request once its headers are parsed. Returns 0, or 2 when what follows is no HTTP. */
  onIncoming: (request: IncomingMessage & { readonly upgrade: boolean }, keepAlive: boolean) => number;
  pause(): void;
  resume(): void;
}

/** What the parser reports when it stops: the chunk it was given, and how much of that it parsed. */
export interface ParserStop extends Error {
  readonly code?: string | undefined;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/**
 * The receiving side of one connection. `pause` stops the parser at the request it has just emitted, although the chunk that is being
 * parsed (64 KiB at most) may hold thousands more: pausing the socket alone stops only the chunks after it. What is left of the chunk
 * stays here as bytes until `resume`.
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
      // The parser itself ends at a request that asks for another protocol; it would not report our stop.
      const isUpgrade = request.upgrade;
      const verdict = onIncoming(request, keepAlive);
      if (verdict !== 0 || !isFull()) return verdict;
      this.#pause();
      if (isUpgrade) return verdict;
      this.#isStopping = true;
      return hpePaused;
    };
    // Node resumes a socket when a body is read or a response is flushed, and that is not ours to prevent.
    socket.on("resume", () => {
      if (!this.#isPaused) return;
      this.#pause();
      // Reading has begun again, and a stream that counts as paused does not say "pause" a second time.
      socket.emit("pause");
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Takes the rest of a chunk that the parser stopped in. False: the error is no such stop. */
  keepRest({ code, rawPacket, bytesParsed = 0 }: ParserStop): boolean {
    if (code !== "HPE_PAUSED" || rawPacket === undefined) return false;
    // A chunk that comes while the parser is paused is refused whole.
    const rest = this.#isStopping ? rawPacket.subarray(bytesParsed) : rawPacket;
    this.#isStopping = false;
    this.#unparsed = this.#unparsed === undefined ? rest : Buffer.concat([this.#unparsed, rest]);
    return true;
  }

  /** Parses what was left, and reads on unless that filled the connection again. */
  resume(): void {
    const socket = this.#socket;
    if (!this.#isPaused || socket.destroyed || socket.parser === null) return;
    const unparsed = this.#unparsed;
    this.#unparsed = undefined;
    this.#isPaused = false;
    socket._paused = false;
    socket.parser.resume();
    // As if it came from the network: Node's own listener hands it to the parser. An empty rest too, since the parser stopped
    // before the end of its request, and a request without a body ends without a further byte.
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
