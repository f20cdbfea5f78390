import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type ErrorReply,
  GoneError,
  IdempotencyKeyReusedError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  ServiceUnavailableError,
  ValidationError,
} from "./api-error.js";
import type { Reply } from "./attempt.js";
import type { ErrorContext } from "./errors.js";
import { type ErrorCode, type ErrorDetail, isErrorCode } from "./operations.js";
import { redact } from "./redact.js";
import { parseJson } from "./request.js";
import { parseRetryAfter } from "./retry-after.js";

/** An error reply, read. */
export interface ReadErrorReply extends ErrorReply {
  readonly requestId: string | undefined;
  /** The body has one of the two shapes that the specification declares. */
  readonly isDocumented: boolean;
}

type ErrorClass = new (reply: ErrorReply, context: ErrorContext) => APIError;

const byStatus: Readonly<Record<number, ErrorClass>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  413: PayloadTooLargeError,
  429: RateLimitError,
  503: ServiceUnavailableError,
};
const byCode: Readonly<Partial<Record<ErrorCode, ErrorClass>>> = {
  MISSING_FIELDS: ValidationError,
  VALIDATION_FAILED: ValidationError,
  IDEMPOTENCY_KEY_REUSED: IdempotencyKeyReusedError,
};

/** Makes of both error shapes, `{error: {code, message, details}}` and `{error: "sentence", code}`, the same thing. */
export function readErrorReply(reply: Reply): ReadErrorReply {
  const body = record(parseJson(reply.text));
  const nested = record(body.error);
  const isDocumented =
    body.success === false &&
    (typeof body.error === "string" ? typeof body.code === "string" : typeof nested.code === "string");
  const code = text(nested.code) ?? text(body.code);
  const message = text(nested.message) ?? text(body.error);
  const retryAfterMs = parseRetryAfter(reply.headers);
  return {
    status: reply.status,
    code: isErrorCode(code) ? code : undefined,
    message: describe(reply, code, message),
    details: details(nested.details ?? body.details),
    headers: reply.headers,
    retryAfterMs,
    resetAt: date(body.resetAt) ?? date(Date.now() + (retryAfterMs ?? Number.NaN)),
    requestId: reply.headers.get("x-request-id") ?? text(body.requestId),
    isDocumented,
  };
}

/** The error of the class that belongs to a reply's code, or else to its status. */
export function apiErrorOf(reply: ReadErrorReply, context: ErrorContext): APIError {
  const byStatusOrRange = byStatus[reply.status] ?? (reply.status >= 500 ? ServerError : APIError);
  const Class = (reply.code === undefined ? undefined : byCode[reply.code]) ?? byStatusOrRange;
  return new Class(reply, { ...context, requestId: reply.requestId });
}

function describe(reply: Reply, code: string | undefined, message: string | undefined): string {
  if (message !== undefined)
    return redact(isErrorCode(code) || code === undefined ? message : `${message} (${code})`);
  if (reply.status < 400)
    return `HTTP ${reply.status}: redirects are not followed; give baseUrl its final address`;
  return `HTTP ${reply.status} ${reply.text === "" ? "with an empty body" : "with a body that is not this API's"}`;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function date(value: unknown): Date | undefined {
  const at = new Date((value as string) ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function details(value: unknown): readonly ErrorDetail[] {
  return Array.isArray(value) ? value.filter((detail) => text(detail?.field) && text(detail.message)) : [];
}
