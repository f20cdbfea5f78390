import type { Logger } from "pino";
import { collectProcessMetrics } from "./metrics.js";
import { type MetricsServer, serveMetrics } from "./metrics-server.js";
import { startTracing, type Tracing } from "./tracing.js";

/** What a process tells of itself, and to whom. */
export interface TelemetryOptions {
  readonly serviceName: string;
  /** Undefined: metrics are counted and served to nobody. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** Whether the standard variables of OpenTelemetry ask for traces. */
  readonly traces: boolean;
}

/** Metrics and traces that were started. */
export interface Telemetry {
  /** Sends what is left of the traces, and closes the port. */
  stop(): Promise<void>;
}

/** Starts what the configuration asks for. Rejects when the port of metrics is taken. */
export async function startTelemetry(options: TelemetryOptions, log: Logger): Promise<Telemetry> {
  let server: MetricsServer | undefined;
  let tracing: Tracing | undefined;
  if (options.metricsPort !== undefined) {
    server = await serveMetrics(options.metricsPort, options.metricsHost);
    collectProcessMetrics();
    log.info({ metricsPort: server.port }, "metrics are served");
  }
  if (options.traces) tracing = await startTracing(options.serviceName);
  return {
    stop: async () => {
      await Promise.all([server?.close(), tracing?.stop()]);
    },
  };
}
