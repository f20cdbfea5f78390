import type { APIError } from "./api-error.js";
import type { OneHazelError } from "./errors.js";
import type { Operation, OperationId } from "./operations.js";

/** One attempt, as hooks and logs see it: with the path's template, because the path itself can name a person. */
export interface AttemptInfo {
  readonly operationId: OperationId;
  readonly method: string;
  /** For example `/operator-data-api/entities/{externalId}`. */
  readonly path: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/**
 * Called for every attempt, inside the retry loop, and awaited. A hook that throws ends the call with what it threw.
 *
 * @example
 * const hooks: Hooks = {
 *   onRequest: ({ headers }) => headers.set("traceparent", currentTrace()),
 *   onResponse: ({ operationId, status, durationMs }) => metrics.answered(operationId, status, durationMs),
 *   onRetry: ({ operationId, delayMs }) => metrics.retried(operationId, delayMs),
 * };
 */
export interface Hooks {
  /** Before an attempt is sent. `headers` may be changed; the API key is added later and can't be. */
  onRequest?(info: AttemptInfo & { readonly headers: Headers }): void | Promise<void>;
  /** After an answer has arrived whole (of an export: its beginning), whatever its status. */
  onResponse?(
    info: AttemptInfo & {
      readonly status: number;
      readonly headers: Headers;
      readonly requestId: string | undefined;
      readonly durationMs: number;
    },
  ): void | Promise<void>;
  /** Before waiting for the next attempt. */
  onRetry?(
    info: AttemptInfo & { readonly delayMs: number; readonly error: OneHazelError },
  ): void | Promise<void>;
}

/**
 * Where the client writes what it does; `console` is one. What it is given holds neither keys nor personal data.
 *
 * @example
 * const logger: Logger = {
 *   debug: (message, fields) => log.debug(fields, message),
 *   warn: (message, fields) => log.warn(fields, message),
 * };
 */
export interface Logger {
  /** Told of every attempt and every answer. */
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** Told of every retry. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export function attemptInfo(operation: Operation, attempt: number): AttemptInfo {
  return { operationId: operation.id, method: operation.method, path: operation.path, attempt };
}

/** The logger as hooks, so that the retry loop knows hooks only. Names every field it writes: nothing slips in. */
export function loggingHooks(logger: Logger): Required<Hooks> {
  const base = ({ operationId, method, path, attempt }: AttemptInfo) => ({
    operationId,
    method,
    path,
    attempt,
  });
  return {
    onRequest: (info) => logger.debug("onehazel: request", base(info)),
    onResponse: (info) => {
      const { status, requestId } = info;
      const durationMs = Math.round(info.durationMs);
      logger.debug("onehazel: response", { ...base(info), status, requestId, durationMs });
    },
    onRetry: (info) => {
      const { name: reason, requestId, status, code } = info.error as OneHazelError & Partial<APIError>;
      const delayMs = Math.round(info.delayMs);
      logger.warn("onehazel: retry", { ...base(info), reason, status, code, requestId, delayMs });
    },
  };
}
