import type { ErrorCode } from "@onehazel/spec";
import { ApiError } from "../errors.js";

/** A credential that is none, or no longer one. */
export function refuse(code: Extract<ErrorCode, `AUTH_${string}`>, message: string): ApiError {
  return new ApiError(code, message, { headers: { "WWW-Authenticate": "Bearer" } });
}

/** One answer to whatever is no credential of ours, so that nobody learns what it lacked. */
export function notRecognised(): ApiError {
  return refuse("AUTH_INVALID", "This key or session is not recognized");
}
