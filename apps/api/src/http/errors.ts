import type { ErrorCode } from "@onehazel/spec";

/** The status of each code. A code that the spec adds and this table lacks does not compile. */
export const statusOf = {
  INVALID_JSON: 400,
  MISSING_FIELDS: 400,
  VALIDATION_FAILED: 400,
  TEMPLATE_NOT_CONFIGURED: 400,
  INVALID_STATE_KEY: 400,
  BATCH_TOO_LARGE: 400,
  LAST_ACTIVE_KEY: 400,
  KEY_STILL_ACTIVE: 400,
  AUTH_MISSING: 401,
  AUTH_INVALID: 401,
  AUTH_REVOKED: 401,
  AUTH_EXPIRED: 401,
  AUTH_SUSPENDED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  OPERATOR_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  ENTITY_NOT_FOUND: 404,
  EVENT_NOT_FOUND: 404,
  STATE_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  ERASURE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TEMPLATE_IN_USE: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  ENTITY_ERASED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const satisfies Record<ErrorCode, number>;

/** One fault of a request: where, and what was expected there. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/**
 * An answer that is not a success. `message` is for the caller and may name fields of the request, never values, SQL or
 * another tenant; `cause` is for the log alone.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** With `RATE_LIMITED`: when the window ends. */
  readonly resetAt: Date | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      details?: readonly Fault[];
      headers?: Readonly<Record<string, string>>;
      resetAt?: Date;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
    this.resetAt = options.resetAt;
  }

  get status(): number {
    return statusOf[this.code];
  }
}

const wordsMax = 256;
const detailsMax = 100;

/** A caller's own field names are said back, but not at any length. */
function clip(text: string): string {
  return text.length > wordsMax ? `${text.slice(0, wordsMax - 1).toWellFormed()}…` : text;
}

/** Faults as they may be told: their words bounded, and as many as a reply may hold. */
export function told(faults: readonly Fault[]): Fault[] {
  return faults
    .slice(0, detailsMax)
    .map(({ field, message }) => ({ field: clip(field), message: clip(message) }));
}

/** A request whose fields are wrong: every fault at once. */
export function validationFailed(faults: readonly Fault[]): ApiError {
  const details = told(faults);
  const [first] = details;
  const message =
    details.length === 1 && first !== undefined
      ? `${first.field}: ${first.message}`
      : `The request has ${details.length} faults; see details`;
  return new ApiError("VALIDATION_FAILED", message, { details });
}

/** The database is away, or the server is stopping: come back in a moment. */
export function unavailable(cause?: unknown): ApiError {
  return new ApiError("SERVICE_UNAVAILABLE", "Not available right now, try again shortly", {
    headers: { "Retry-After": "1" },
    ...(cause === undefined ? {} : { cause }),
  });
}
