export {
  type Document,
  dereference,
  document,
  type ErrorCode,
  type OperationId,
  type OperationObject,
  type ParameterObject,
  type SchemaObject,
} from "./document.js";
export { type ErrorCodeEntry, errorCodes } from "./error-codes.js";
export type { components, operations as OperationTypes, paths } from "./generated/openapi.js";
export {
  bodyBytesMaxDefault,
  type CredentialKind,
  credentialKinds,
  jsonValuesMaxDefault,
  type Operation,
  operations,
  type RateLimitCategory,
  type RateLimits,
  rateLimitMax,
  rateLimits,
} from "./operations.js";
