import type { EndedQuery } from "@onehazel/db";
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/** Traces that were started; `stop` sends what is left. */
export interface Tracing {
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined until somebody asks for traces: then a request costs nothing for them. */
let tracer: ReturnType<typeof trace.getTracer> | undefined;

/**
 * Whether the standard variables ask for traces: an endpoint, or `OTEL_TRACES_EXPORTER=otlp`, and neither
 * `OTEL_SDK_DISABLED=true` nor `OTEL_TRACES_EXPORTER=none`.
 */
export function wantsTraces(env: Environment): boolean {
  const exporter = env.OTEL_TRACES_EXPORTER;
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true" || exporter === "none") return false;
  return Boolean(
    exporter === "otlp" || env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  );
}

/** Loads OpenTelemetry and starts sending over OTLP, as the standard variables say (`OTEL_EXPORTER_OTLP_*`, `OTEL_TRACES_SAMPLER`, …). */
export async function startTracing(serviceName: string): Promise<Tracing> {
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("@opentelemetry/resources"),
  ]);
  const named = resources.resourceFromAttributes({ "service.name": serviceName });
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over the name that we have by ourselves.
  const resource = named.merge(resources.detectResources({ detectors: [resources.envDetector] }));
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  tracer = trace.getTracer("onehazel");
  return {
    stop: async () => {
      tracer = undefined;
      // A collector that is away must not keep us from stopping.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

/** What a request's span is told when it ended. */
export interface RequestSpan {
  /** Runs what belongs to the request inside its span. */
  run<T>(work: () => T): T;
  /** `route` and `operation` are names out of the spec. */
  end(outcome: { readonly route?: string; readonly operation?: string; readonly status: number }): void;
}

const notTraced: RequestSpan = { run: (work) => work(), end: () => undefined };

/** Opens the span of one request, as a child of the one that its `traceparent` names. Nothing of its path, headers or body is kept. */
export function requestSpan(
  method: string,
  headers: Readonly<Record<string, unknown>>,
  requestId: string,
): RequestSpan {
  if (tracer === undefined) return notTraced;
  const parent = propagation.extract(context.active(), headers);
  const attributes = { "http.request.method": method, "onehazel.request_id": requestId };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  const inside = trace.setSpan(parent, span);
  return {
    run: (work) => context.with(inside, work),
    end: ({ route, operation, status }) => {
      if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute("http.route", route);
      if (operation !== undefined) span.setAttribute("onehazel.operation", operation);
      span.setAttribute("http.response.status_code", status);
      if (status === 0 || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** Writes down a statement that ended, under the request that made it; statements of nobody's request are left out. */
export function recordQuery(query: EndedQuery): void {
  if (tracer === undefined || trace.getSpan(context.active()) === undefined) return;
  const startTime = performance.timeOrigin + query.startedMs;
  const span: Span = tracer.startSpan(query.name ?? "query", {
    kind: SpanKind.CLIENT,
    startTime,
    attributes: { "db.system.name": "postgresql", "db.query.text": query.text },
  });
  if (query.failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(startTime + query.durationMs);
}
