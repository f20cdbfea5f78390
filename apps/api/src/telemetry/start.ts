import type { Logger } from "pino";
import { portFault } from "../start/port.js";
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

const settings = { portSetting: "METRICS_PORT", hostSetting: "METRICS_HOST" };

/** Starts what the configuration asks for. Throws `Refusal` when metrics can't be served where they should. */
export async function startTelemetry(options: TelemetryOptions, log: Logger): Promise<Telemetry> {
  let server: MetricsServer | undefined;
  let tracing: Tracing | undefined;
  const { metricsPort, metricsHost } = options;
  if (metricsPort !== undefined) {
    server = await serveMetrics(metricsPort, metricsHost).catch((error) => {
      throw portFault(metricsPort, error, settings);
    });
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
