import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registry } from "./metrics.js";

/** A server of metrics that can be closed. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Bounds of a scrape: a few callers that we know, one line each. */
const requestTimeoutMs = 10_000;
const connectionsMax = 20;

/**
 * Answers `GET /metrics` on a port of its own, so that what is for the house stays inside it. Rejects when the port is taken.
 */
export async function serveMetrics(port: number, host: string): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, async (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    const text = await registry.metrics().catch(() => undefined);
    if (text === undefined) response.writeHead(500).end();
    else response.writeHead(200, { "Content-Type": registry.contentType }).end(text);
  });
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
