import { once } from "node:events";
import { connect, type Socket } from "node:net";

const headEnd = "\r\n\r\n";

/**
 * One HTTP connection without a client's comforts: it writes bytes that stand ready, and of an answer it reads the status and where it
 * ends. A real client costs as much as a server, and here they share the machine.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;
  #head: Buffer | undefined;
  #status = 0;
  #missingBytes = 0;
  /** What the last answer began with, for whoever asks why. */
  text = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed a connection")));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Resolves with the status once the answer is there to its last byte. */
  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#missingBytes > 0) {
      this.#missingBytes -= chunk.length;
    } else {
      const bytes = this.#head === undefined ? chunk : Buffer.concat([this.#head, chunk]);
      const end = bytes.indexOf(headEnd);
      if (end < 0) {
        this.#head = bytes;
        return;
      }
      this.#head = undefined;
      this.text = bytes.toString("latin1", 0, end + 500);
      this.#status = Number(this.text.slice(9, 12));
      const length = /\r\ncontent-length: (\d+)/i.exec(this.text)?.[1];
      if (length === undefined) {
        this.#fail(new Error(`an answer without a length: ${this.text}`));
        return;
      }
      this.#missingBytes = end + headEnd.length + Number(length) - bytes.length;
    }
    if (this.#missingBytes === 0) this.#waiting?.resolve(this.#status);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
  }
}
