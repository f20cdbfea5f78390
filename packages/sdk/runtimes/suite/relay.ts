import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Command } from "../../src/testing/reply.js";
import { openWire, type Wire } from "../../src/testing/wire.js";
import type { Event, Order, Report, WireCommand } from "./protocol.js";

export interface Relay {
  readonly url: string;
  /** What the tests say at their end. */
  readonly report: Promise<Report>;
  close(): Promise<void>;
}

/** Opens fault servers for tests that run in another process, and does there what the tests say. */
export async function openRelay(keepsAlive: boolean): Promise<Relay> {
  const wires: Wire[] = [];
  const exchanges: ((command: Command) => void)[] = [];
  let events: ServerResponse | undefined;
  let reported: (report: Report) => void = () => undefined;
  const report = new Promise<Report>((resolve) => {
    reported = resolve;
  });
  const tell = (event: Event) => events?.write(`${JSON.stringify(event)}\n`);

  const openServer = async () => {
    const server = wires.length;
    const wire = await openWire(({ request, perform, closed }) => {
      const exchange = exchanges.push(perform) - 1;
      tell({ server, exchange, request });
      void closed.then(() => tell({ exchange, closed: true }));
    }, keepsAlive);
    wires.push(wire);
    return { id: server, url: wire.url };
  };

  const answer = async (path: string, body: unknown): Promise<unknown> => {
    const closing = /^\/servers\/(\d+)\/close$/.exec(path);
    if (closing) return await wires[Number(closing[1])]?.close();
    if (path === "/servers") return await openServer();
    if (path === "/orders")
      for (const { exchange, command } of body as Order[]) exchanges[exchange]?.(fromWire(command));
    if (path === "/report") reported(body as Report);
    return undefined;
  };

  const server = createServer(async (request, response) => {
    if (request.url === "/events") {
      events = response.writeHead(200, { "content-type": "application/x-ndjson" });
      // A first byte, since some fetches wait for one before they give the answer.
      events.write("\n");
      return;
    }
    const result = await answer(request.url ?? "", JSON.parse(await textOf(request)));
    response.end(JSON.stringify(result ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report,
    close: async () => {
      await Promise.all(wires.map((wire) => wire.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

function fromWire(command: WireCommand): Command {
  if (!("chunk" in command)) return command;
  const { chunk, isBase64 } = command;
  return { do: command.do, chunk: isBase64 ? Buffer.from(chunk, "base64") : chunk };
}
