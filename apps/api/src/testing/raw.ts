import { connect } from "node:net";

/** An answer read off the wire by hand. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  readonly body: any;
}

/** Sends bytes that no client library would send, and reads one answer until the server closes or goes quiet. */
export function sendRaw(
  baseUrl: string,
  bytes: string | Buffer,
  { quietMs = 60_000 } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const finish = () => {
      socket.destroy();
      if (chunks.length === 0) reject(new Error("closed without an answer"));
      else resolve(parseAnswer(Buffer.concat(chunks)));
    };
    socket.setTimeout(quietMs, finish);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks))) finish();
    });
    socket.on("end", finish);
    // A server may refuse before it has read everything.
    socket.on("error", (error) => (chunks.length > 0 ? finish() : reject(error)));
    socket.on("connect", () => socket.write(bytes));
  });
}

/** A request line with headers; `Host` and `Connection: close` are there unless given. */
export function head(line: string, headers: readonly string[] = []): string {
  const usual = ["Host: localhost", "Connection: close"].filter(
    (header) => !headers.some((given) => given.split(":")[0] === header.split(":")[0]),
  );
  return `${[line, ...usual, ...headers].join("\r\n")}\r\n\r\n`;
}

function split(bytes: Buffer): { headText: string; rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  return end < 0
    ? undefined
    : { headText: bytes.subarray(0, end).toString("latin1"), rest: bytes.subarray(end + 4) };
}

function isWhole(bytes: Buffer): boolean {
  const parts = split(bytes);
  if (parts === undefined || parts.headText.startsWith("HTTP/1.1 100")) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(parts.headText)?.[1];
  return length !== undefined && parts.rest.length >= Number(length);
}

/** What the bytes of one answer say. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const parts = split(bytes) ?? { headText: bytes.toString("latin1"), rest: Buffer.alloc(0) };
  const [line = "", ...lines] = parts.headText.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(":");
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  const text = parts.rest.toString("utf8");
  return { status: Number(line.split(" ")[1]), headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
