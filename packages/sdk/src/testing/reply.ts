import type { IncomingHttpHeaders } from "node:http";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** On the server's clock. */
  readonly atMs: number;
}

/** What the server does with one request. */
export type Step = (reply: Reply, request: Seen) => void;

type Chunk = string | Uint8Array;

/** One thing that a server does to a connection: data, so that it can be asked for from another process. */
export type Command =
  | { readonly do: "head"; readonly code: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly do: "write" | "end"; readonly chunk: Chunk }
  | { readonly do: "wire"; readonly text: string; readonly isLast: boolean }
  | { readonly do: "information" | "staysOpen" | "cut" | "cutWhenOut" };

/** The server's side of one request. What is asked of it happens in that order. */
export class Reply {
  readonly #perform: (command: Command) => void;
  /** Resolves when the connection or the answer is over. */
  readonly closed: Promise<void>;

  constructor(perform: (command: Command) => void, closed: Promise<void>) {
    this.#perform = perform;
    this.closed = closed;
  }

  head(code: number, headers: Readonly<Record<string, string>> = {}): this {
    return this.#do({ do: "head", code, headers });
  }
  write(chunk: Chunk): this {
    return this.#do({ do: "write", chunk });
  }
  end(chunk: Chunk = ""): this {
    return this.#do({ do: "end", chunk });
  }
  /** Writes past HTTP. */
  wire(text: string): this {
    return this.#do({ do: "wire", text, isLast: false });
  }
  /** Writes past HTTP and ends the connection cleanly. */
  endWire(text: string): this {
    return this.#do({ do: "wire", text, isLast: true });
  }
  /** Two answers that are only the beginning. */
  information(): this {
    return this.#do({ do: "information" });
  }
  /** Promises that the connection stays open after the answer. */
  staysOpen(): this {
    return this.#do({ do: "staysOpen" });
  }
  /** Cuts the connection, once what was written is out. */
  cut(): this {
    return this.#do({ do: "cut" });
  }
  /** Cuts the connection as soon as the answer that follows is out. */
  cutWhenOut(): this {
    return this.#do({ do: "cutWhenOut" });
  }

  #do(command: Command): this {
    this.#perform(command);
    return this;
  }
}
