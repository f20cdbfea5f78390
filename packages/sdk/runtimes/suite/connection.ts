import type { Command } from "../../src/testing/reply.js";
import { type FaultServer, Script } from "../../src/testing/script.js";
import type { Event, Order, Report, WireCommand } from "./protocol.js";

// Tests may replace it.
const fetch = globalThis.fetch.bind(globalThis);

/** The tests' end of the line to the fault servers. */
export class Connection {
  readonly #relayUrl: string;
  readonly #scripts = new Map<number, Script>();
  readonly #closed = new Map<number, () => void>();
  #orders: Order[] = [];
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(relayUrl: string) {
    this.#relayUrl = relayUrl;
  }

  static async open(relayUrl: string): Promise<Connection> {
    const connection = new Connection(relayUrl);
    const { body } = await fetch(`${relayUrl}/events`);
    if (body === null) throw new Error("The relay sends no events");
    void connection.#listen(body);
    return connection;
  }

  async startFaultServer(): Promise<FaultServer> {
    const { id, url } = (await (await this.#post("/servers")).json()) as { id: number; url: string };
    const script = new Script();
    this.#scripts.set(id, script);
    const close = async () => void (await this.#post(`/servers/${id}/close`));
    return { url, seen: script.seen, script: script.set, close };
  }

  async report(report: Report): Promise<void> {
    await this.#post("/report", report);
  }

  async #listen(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (text + decoder.decode(value, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) if (line !== "") this.#heard(JSON.parse(line) as Event);
    }
  }

  #heard(event: Event): void {
    const { exchange } = event;
    if ("closed" in event) {
      this.#closed.get(exchange)?.();
      this.#closed.delete(exchange);
      return;
    }
    const closed = new Promise<void>((resolve) => this.#closed.set(exchange, resolve));
    const perform = (command: Command) => this.#order({ exchange, command: toWire(command) });
    this.#scripts.get(event.server)?.arrived(event.request, perform, closed);
  }

  /** What is asked for in one go travels together, and overtakes nothing. */
  #order(order: Order): void {
    if (this.#orders.push(order) > 1) return;
    this.#sending = this.#sending.then(async () => {
      const orders = this.#orders;
      this.#orders = [];
      await (await this.#post("/orders", orders)).text();
    });
  }

  #post(path: string, body: unknown = null): Promise<Response> {
    return fetch(this.#relayUrl + path, { method: "POST", body: JSON.stringify(body) });
  }
}

function toWire(command: Command): WireCommand {
  if (!("chunk" in command)) return command;
  const { chunk } = command;
  return typeof chunk === "string"
    ? { do: command.do, chunk, isBase64: false }
    : { do: command.do, chunk: btoa(String.fromCharCode(...chunk)), isBase64: true };
}
