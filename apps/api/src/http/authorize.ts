import type { Operation } from "@onehazel/spec";
import type { Credential } from "./credential.js";
import { ApiError } from "./errors.js";

/** Throws `FORBIDDEN` when a valid credential does not reach an operation. What it owns is not asked here. */
export function authorize(operation: Operation, { scheme, access, opensPii }: Credential): void {
  if (!operation.credentials.includes(scheme)) {
    throw new ApiError("FORBIDDEN", "This credential does not reach this operation");
  }
  if (access === "read" && operation.method !== "GET") {
    throw new ApiError("FORBIDDEN", "This credential may only read");
  }
  if (operation.clearPiiOnly && !opensPii) {
    throw new ApiError("FORBIDDEN", "This credential does not see personal data in clear");
  }
}
