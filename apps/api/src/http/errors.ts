import { type ErrorCode, errorCodes } from "@onehazel/spec";

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
    return errorCodes[this.code].status;
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
