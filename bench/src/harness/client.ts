import { Agent, request } from "node:http";

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request whose body is bytes already, so that making it is not part of what is timed. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls over connections that stay open, as a client of ours has them. */
export class Client {
  readonly #agent: Agent;
  readonly #port: number;

  /** `localAddress`: where its connections come from, for servers that count by address. */
  constructor(port: number, connectionsMax: number, localAddress?: string) {
    this.#port = port;
    const from = localAddress === undefined ? {} : { localAddress };
    this.#agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, ...from });
  }

  send({ method, path, key, body, headers }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          agent: this.#agent,
          method,
          path,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined
              ? {}
              : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** Sends all, `concurrency` at a time; throws at the first answer that is no success. */
  async sendAll(calls: readonly Call[], concurrency: number): Promise<void> {
    const waiting = calls.values();
    const worker = async () => {
      for (const call of waiting) {
        const { status, text } = await this.send(call);
        if (status >= 300) throw new Error(`${call.method} ${call.path} answered ${status}: ${text}`);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }

  close(): void {
    this.#agent.destroy();
  }
}
