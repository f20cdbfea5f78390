import { type ErrorContext, hide, OneHazelError } from "./errors.js";
import type { ErrorCode, ErrorDetail } from "./operations.js";

/** What an error reply says, whichever of its two shapes it had. */
export interface ErrorReply {
  readonly status: number;
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly headers: Headers;
  readonly retryAfterMs: number | undefined;
  readonly resetAt: Date | undefined;
}

/**
 * The server answered with an error. Its subclasses go by status, and `code` tells the exact reason.
 *
 * @example
 * if (isAPIError(error)) {
 *   switch (error.code) {
 *     case "TEMPLATE_NOT_CONFIGURED": return chooseTemplate();
 *     case "ENTITY_NOT_FOUND": return undefined;
 *   }
 * }
 */
export class APIError extends OneHazelError {
  static override readonly kind: string = "APIError";
  /** The HTTP status. */
  declare readonly status: number;
  /** The reason, from the specification's closed set; `undefined` when the reply was not this API's (a proxy's page, an
   * empty body) or its code is newer than this package. */
  declare readonly code: ErrorCode | undefined;
  /** Every fault of the request at once; empty when the server named none. */
  declare readonly details: readonly ErrorDetail[];
  /** How long the server asks to wait, in milliseconds. */
  declare readonly retryAfterMs: number | undefined;
  /** The headers of the reply. */
  declare readonly headers: Headers;

  constructor(reply: ErrorReply, context: ErrorContext = {}) {
    super(reply.message, context);
    this.status = reply.status;
    this.code = reply.code;
    this.details = reply.details;
    this.retryAfterMs = reply.retryAfterMs;
    hide(this, { headers: reply.headers });
  }
}

/**
 * 400: the request is malformed, or not possible as things are.
 *
 * @example
 * if (error instanceof BadRequestError && error.code === "TEMPLATE_NOT_CONFIGURED") return chooseTemplate();
 */
export class BadRequestError extends APIError {
  static override readonly kind: string = "BadRequestError";
}

/**
 * 400 `MISSING_FIELDS` or `VALIDATION_FAILED`: `details` names every fault.
 *
 * @example
 * if (error instanceof ValidationError) for (const { field, message } of error.details) console.error(field, message);
 */
export class ValidationError extends BadRequestError {
  static override readonly kind = "ValidationError";
}

/**
 * 401: the key is missing, unknown, revoked, expired, or its operator is suspended.
 *
 * @example
 * if (error instanceof AuthenticationError) console.error("the API key is no good:", error.code);
 */
export class AuthenticationError extends APIError {
  static override readonly kind = "AuthenticationError";
}

/**
 * 403: the key is valid and does not reach this.
 *
 * @example
 * if (error instanceof PermissionDeniedError) console.error("this takes a key with write access");
 */
export class PermissionDeniedError extends APIError {
  static override readonly kind = "PermissionDeniedError";
}

/**
 * 404: no such thing, or not yours; there is no difference.
 *
 * @example
 * if (error instanceof NotFoundError) return undefined;
 */
export class NotFoundError extends APIError {
  static override readonly kind = "NotFoundError";
}

/**
 * 409: in the way of something else.
 *
 * @example
 * if (error instanceof ConflictError && error.code === "TEMPLATE_IN_USE") return chooseTemplate();
 */
export class ConflictError extends APIError {
  static override readonly kind = "ConflictError";
}

/**
 * 410 `ENTITY_ERASED`: what this Idempotency-Key once wrote has been erased since.
 *
 * @example
 * if (error instanceof GoneError) return; // erased since: nothing is to be repeated
 */
export class GoneError extends APIError {
  static override readonly kind = "GoneError";
}

/**
 * 413: the body is larger than the operation takes.
 *
 * @example
 * if (error instanceof PayloadTooLargeError) await client.entities.upsertMany(players); // cuts its batches to size
 */
export class PayloadTooLargeError extends APIError {
  static override readonly kind = "PayloadTooLargeError";
}

/**
 * 422 `IDEMPOTENCY_KEY_REUSED`: another request was made under this Idempotency-Key.
 *
 * @example
 * if (error instanceof IdempotencyKeyReusedError) console.error("the key does not follow from what is written");
 */
export class IdempotencyKeyReusedError extends APIError {
  static override readonly kind = "IdempotencyKeyReusedError";
}

/**
 * 429: too many calls in a category, and waiting was over the call's budget or its retries.
 *
 * @example
 * if (isRateLimitError(error)) schedule(error.retryAfterMs ?? 60_000);
 */
export class RateLimitError extends APIError {
  static override readonly kind = "RateLimitError";
  /** When the window ends. By the server's clock where the server says so, else by yours. */
  declare readonly resetAt: Date | undefined;

  constructor(reply: ErrorReply, context?: ErrorContext) {
    super(reply, context);
    this.resetAt = reply.resetAt;
  }
}

/**
 * 5xx: the server's fault.
 *
 * @example
 * if (error instanceof ServerError) console.error("tell the operator of the server:", error.requestId);
 */
export class ServerError extends APIError {
  static override readonly kind: string = "ServerError";
}

/**
 * 503: stopping, or its database is away; trying again later helps.
 *
 * @example
 * if (error instanceof ServiceUnavailableError) schedule(error.retryAfterMs ?? 5_000);
 */
export class ServiceUnavailableError extends ServerError {
  static override readonly kind = "ServiceUnavailableError";
}
