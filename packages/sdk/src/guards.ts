import type { APIError, RateLimitError } from "./api-error.js";
import type { BulkError } from "./bulk.js";
import {
  type AbortError,
  brand,
  type ConnectionError,
  type DecodeError,
  type ErrorContext,
  type OneHazelError,
  type TimeoutError,
} from "./errors.js";
import type { ErrorCode } from "./operations.js";

// By name and not by instanceof: an error may come from another realm, or from the other of two copies (ESM and CJS).
function hasName(error: unknown, name: string): boolean {
  const names = (error as { readonly [brand]?: unknown } | null | undefined)?.[brand];
  return Array.isArray(names) && names.includes(name);
}

/**
 * Whether this package threw `error`.
 *
 * @example
 * if (isOneHazelError(error)) report(error.requestId);
 */
export function isOneHazelError(error: unknown): error is OneHazelError {
  return hasName(error, "OneHazelError");
}

/**
 * Whether the server answered with an error; name a code to ask for that one.
 *
 * @example
 * if (isAPIError(error)) console.error(error.status, error.code, error.requestId);
 */
export function isAPIError(error: unknown): error is APIError;
/**
 * Whether the server answered with this error.
 *
 * @example
 * if (isAPIError(error, "ENTITY_NOT_FOUND")) return undefined;
 */
export function isAPIError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is APIError & { readonly code: Code };
export function isAPIError(error: unknown, code?: ErrorCode): boolean {
  return hasName(error, "APIError") && (code === undefined || (error as APIError).code === code);
}

/**
 * Whether a rate limit refused the call.
 *
 * @example
 * if (isRateLimitError(error)) schedule(error.retryAfterMs ?? 60_000);
 */
export function isRateLimitError(error: unknown): error is RateLimitError {
  return hasName(error, "RateLimitError");
}

/**
 * Whether no answer came back.
 *
 * @example
 * if (isConnectionError(error)) console.error("is the server up?", error.cause);
 */
export function isConnectionError(error: unknown): error is ConnectionError {
  return hasName(error, "ConnectionError");
}

/**
 * Whether the call ran out of time.
 *
 * @example
 * if (isTimeoutError(error)) console.error(error.bound, error.attempts);
 */
export function isTimeoutError(error: unknown): error is TimeoutError {
  return hasName(error, "TimeoutError");
}

/**
 * Whether something else than this API answered.
 *
 * @example
 * if (isDecodeError(error)) console.error(error.status, error.snippet);
 */
export function isDecodeError(error: unknown): error is DecodeError {
  return hasName(error, "DecodeError");
}

/**
 * Whether your signal stopped the call.
 *
 * @example
 * if (isAbortError(error)) return;
 */
export function isAbortError(error: unknown): error is AbortError {
  return hasName(error, "AbortError");
}

/**
 * Whether a bulk load stopped before its end.
 *
 * @example
 * if (isBulkError(error)) console.error(error.progress.settled, error.unfinished.length);
 */
export function isBulkError(error: unknown): error is BulkError {
  return hasName(error, "BulkError");
}

/** What an error that is about another one tells of it. */
export function contextOf(cause: unknown): ErrorContext {
  if (!isOneHazelError(cause)) return { cause };
  const { requestId, attempts } = cause;
  return { cause, requestId, attempts };
}
