/**
 * One request, many times. In its path, headers and body `{n}` stands for the thing that it is about, by number, and `{serial}` for a
 * number that no other request has.
 */
export interface Shape {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What every answer has to be. */
  readonly status: readonly number[];
  /** What has to stand among the first bytes of each. */
  readonly says?: string;
}

/** What the load process is to send. */
export interface Plan {
  readonly port: number;
  readonly shape: Shape;
  /** How many connections send at once; each sends the next request when it has its answer. */
  readonly callers: number;
  /** What each request is about. */
  readonly numbers: readonly number[];
  /** Requests a second that are due, all callers together; unset: as fast as answers come. */
  readonly perSecond?: number;
}

/** What came of it. */
export interface LoadResult {
  readonly elapsedMs: number;
  /** Of each request, in milliseconds. */
  readonly latenciesMs: Float64Array;
  /** Of the load process itself. */
  readonly cpuMs: number;
}

export type ToLoad = { readonly plan: Plan } | "go";
export type FromLoad = "ready" | { readonly result: LoadResult } | { readonly failure: string };

const digits = 9;

/** Numbers are padded, so that all requests of a shape are equally long. */
export function padded(n: number): string {
  return String(n).padStart(digits, "0");
}

/** A request as it goes over the wire. */
export function requestText({ method, path, headers, body = "" }: Shape, n: number, serial: number): string {
  const fill = (text: string) => text.replaceAll("{n}", padded(n)).replaceAll("{serial}", padded(serial));
  const filled = fill(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === "GET" ? "" : `content-length: ${Buffer.byteLength(filled)}\r\n`;
  return `${fill(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}`)}${length}\r\n${filled}`;
}
