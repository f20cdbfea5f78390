export {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
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
export type { ApiPromise, WithResponse } from "./api-promise.js";
export type { Fetch } from "./attempt.js";
export {
  BulkError,
  type BulkFailure,
  type BulkOptions,
  type BulkProgress,
  type BulkResult,
  type BulkSource,
} from "./bulk.js";
export { OneHazel } from "./client.js";
export type { Clock } from "./clock.js";
export {
  AbortError,
  ArgumentError,
  ConnectionError,
  DecodeError,
  KeyRotationError,
  OneHazelError,
  TimeoutError,
} from "./errors.js";
export {
  isAbortError,
  isAPIError,
  isBulkError,
  isConnectionError,
  isDecodeError,
  isOneHazelError,
  isRateLimitError,
  isTimeoutError,
} from "./guards.js";
export type { AttemptInfo, Hooks, Logger } from "./hooks.js";
export { type IdempotencyKeyPart, idempotencyKeyFrom } from "./idempotency.js";
export type * from "./models.js";
export type { ErrorCode, ErrorDetail, OperationId } from "./operations.js";
export type { CallOptions, ClientOptions, IdempotentCallOptions } from "./options.js";
export type { List, Page } from "./paginate.js";
export { OneHazelPlatform } from "./platform.js";
export { type RateLimit, rateLimitFrom } from "./rate-limit.js";
export type { ApiKeys } from "./resources/api-keys.js";
export type { AuditLog } from "./resources/audit-log.js";
export type { Batch } from "./resources/batch.js";
export type { BatchJobs } from "./resources/batch-jobs.js";
export type { Entities, EntityChangesQuery, EntityDeleted, EntityQuery } from "./resources/entities.js";
export type { Erasures } from "./resources/erasures.js";
export type { EventQuery, EventRecorded, Events } from "./resources/events.js";
export type { OperatorApiKeys } from "./resources/operator-api-keys.js";
export type { Operators } from "./resources/operators.js";
export type { RotateOptions } from "./resources/rotate.js";
export type { OperatorSettings } from "./resources/settings.js";
export type { States } from "./resources/states.js";
export type { Templates } from "./resources/templates.js";
export { type HeadersLike, parseRetryAfter } from "./retry-after.js";
export type { RawClient } from "./transport.js";
