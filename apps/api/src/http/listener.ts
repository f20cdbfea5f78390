import type { Operation } from "@onehazel/spec";
import type { Request, Response } from "express";
import type { Logger } from "pino";
import { requestSeconds } from "../telemetry/metrics.js";
import { requestSpan } from "../telemetry/tracing.js";
import { ApiError } from "./errors.js";
import { errorForLog } from "./log.js";
import type { Exchange, Pipeline } from "./pipeline.js";
import type { ToldHeaders } from "./rate-limit/rate-limits.js";
import { commonHeaders, errorText, internalMessage, send } from "./reply.js";
import { requestIdOf } from "./request-id.js";
import { neighbourOf, pathOf, type Route } from "./routes.js";
import { isHungUp, sendLines } from "./stream.js";
import { isSmall, type TransferMemory } from "./transfer-memory.js";

/** Answers every request that is for the API: runs the pipeline, turns what it throws into a reply, logs one line. */
export function listener(
  pipeline: Pipeline,
  memory: TransferMemory,
  log: Logger,
  isStopping: () => boolean,
): (request: Request, response: Response) => Promise<void> {
  // All that its lines say is named below; looking through each for what may not be said costs more than writing it.
  const requestLog = log.child({}, { redact: [] });
  return async (request, response) => {
    const startedMs = performance.now();
    const requestId = requestIdOf(request);
    let route: Route | undefined;
    const span = requestSpan(request.method, request.headers, requestId);
    let isDelivered = false;
    const told: ToldHeaders = {};
    const exchange: Exchange = {
      request,
      response,
      requestId,
      told,
      reservation: undefined,
      hasEnded: false,
    };
    // Before Node's own, which lets go of the connection. A reply whose reader is cut off counts as finished too.
    response.prependOnceListener("finish", () => {
      isDelivered = response.socket?.destroyed === false;
    });
    response.once("close", () => {
      exchange.hasEnded = true;
      exchange.reservation?.release();
      const status = isDelivered ? response.statusCode : 0;
      const durationMs = performance.now() - startedMs;
      const operation = route?.operation;
      requestSeconds.observe({ operation: operation?.id ?? "none", status }, durationMs / 1000);
      span.end({ status, ...(operation && { route: operation.path, operation: operation.id }) });
      // The template of the route, never its path: that names people.
      requestLog.info(
        {
          requestId,
          method: request.method,
          route: operation?.path,
          operation: operation?.id,
          status,
          durationMs: Math.round(durationMs * 100) / 100,
        },
        "request",
      );
    });
    // A kept-alive connection is told to go elsewhere while we finish, whenever its request began.
    const toldLast = (): ToldHeaders => {
      if (isStopping()) told.Connection = "close";
      return told;
    };
    try {
      const reply = await span.run(() =>
        pipeline.answer(exchange, (found) => {
          route = found;
        }),
      );
      if ("lines" in reply) {
        memory.watchReader(response);
        const check = async (text: string) => {
          if (route !== undefined) await pipeline.check(route.operation, reply.status, text);
        };
        await sendLines(request, response, reply, { ...commonHeaders(requestId), ...toldLast() }, check);
        return;
      }
      if (reply.replayed) told["Idempotency-Replayed"] = "true";
      send(response, requestId, reply.status, reply.text, toldLast());
      if (!isSmall(reply)) memory.watchReader(response);
    } catch (thrown) {
      const operation = route?.operation ?? neighbourOf(pathOf(request.url));
      await refuse(thrown, {
        request,
        response,
        requestId,
        operation,
        pipeline,
        log,
        headers: toldLast,
        routed: route !== undefined,
      });
    }
  };
}

interface Refusal {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  readonly operation: Operation | undefined;
  readonly pipeline: Pipeline;
  readonly log: Logger;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly routed: boolean;
}

async function refuse(thrown: unknown, refusal: Refusal): Promise<void> {
  const { response, requestId, operation, pipeline, log } = refusal;
  if (response.headersSent) {
    // Too late for an error: that the connection is cut says that what came is not the whole.
    response.destroy();
    log[isHungUp(thrown) ? "debug" : "error"]({ requestId, error: errorForLog(thrown) }, "reply broke off");
    return;
  }
  let error =
    thrown instanceof ApiError ? thrown : new ApiError("INTERNAL_ERROR", internalMessage, { cause: thrown });
  let text = errorText(error, requestId, operation);
  if (refusal.routed && operation !== undefined) {
    try {
      await pipeline.check(operation, error.status, text);
    } catch (cause) {
      error = new ApiError("INTERNAL_ERROR", internalMessage, { cause });
      text = errorText(error, requestId, operation);
    }
  }
  if (error.cause !== undefined) {
    const level = error.status >= 500 ? "error" : "debug";
    log[level]({ requestId, code: error.code, error: errorForLog(error.cause) }, "request failed");
  }
  send(response, requestId, error.status, text, { ...refusal.headers(), ...error.headers });
}
