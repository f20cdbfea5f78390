import { document, type ErrorCode, type ParameterObject, type SchemaObject } from "./document.js";

/** What the document says of a code: its status, what it means, and what to do about it; both sentences. */
export interface ErrorCodeEntry {
  readonly status: number;
  readonly means: string;
  readonly do: string;
}

/** The document's table of codes. */
export const errorCodes = document.components.schemas.ErrorCode?.["x-codes"] as Readonly<
  Record<ErrorCode, ErrorCodeEntry>
>;

/** What the pipeline's codes follow from. */
interface Facts {
  readonly body: "required" | "optional" | "none";
  readonly bodySchema: SchemaObject | undefined;
  readonly parameters: readonly ParameterObject[];
  readonly batch: boolean;
  readonly idempotent: boolean;
  readonly credentials: readonly string[];
  readonly statuses: readonly number[];
}

/** When the pipeline returns a code, whatever the operation does. Codes that are not here are an operation's own. */
const pipelineCodes: Partial<Record<ErrorCode, (operation: Facts) => boolean>> = {
  INVALID_JSON: takesBody,
  MISSING_FIELDS: ({ bodySchema, parameters }) =>
    (bodySchema?.required ?? []).length > 0 ||
    parameters.some(({ in: place, required }) => place === "query" && required === true),
  VALIDATION_FAILED: always,
  BATCH_TOO_LARGE: ({ batch }) => batch,
  AUTH_MISSING: always,
  AUTH_INVALID: always,
  AUTH_REVOKED: always,
  AUTH_EXPIRED: always,
  AUTH_SUSPENDED: always,
  FORBIDDEN: always,
  IDEMPOTENCY_IN_PROGRESS: ({ idempotent }) => idempotent,
  // An operator's idempotency keys share one space, and one that wrote an entity outlives the entity.
  ENTITY_ERASED: ({ idempotent, credentials }) => idempotent && credentials.includes("operatorKey"),
  // 431 is the parser's answer to a request line or headers that are too long.
  PAYLOAD_TOO_LARGE: (operation) => takesBody(operation) || operation.statuses.includes(431),
  UNSUPPORTED_MEDIA_TYPE: takesBody,
  IDEMPOTENCY_KEY_REUSED: ({ idempotent }) => idempotent,
  RATE_LIMITED: always,
  INTERNAL_ERROR: always,
  SERVICE_UNAVAILABLE: always,
};

function always(): boolean {
  return true;
}

function takesBody({ body }: Facts): boolean {
  return body !== "none";
}

/** The codes that an operation can return, in the order of the table: its own (`x-error-codes`) and the pipeline's. */
export function errorCodesOf(operation: Facts, own: readonly ErrorCode[]): ErrorCode[] {
  const all = document.components.schemas.ErrorCode?.enum as readonly ErrorCode[];
  return all.filter((code) => own.includes(code) || pipelineCodes[code]?.(operation) === true);
}
