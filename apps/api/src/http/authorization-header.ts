import { validationFailed } from "./errors.js";

const headerName = "authorization";

/**
 * Throws `VALIDATION_FAILED` for a request with two `Authorization` headers. Node keeps the first one and drops the other, and a
 * proxy in front may have checked the other one.
 */
export function requireOneAuthorization(rawHeaders: readonly string[]): void {
  let headers = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === headerName.length && name.toLowerCase() === headerName) headers += 1;
  }
  if (headers > 1) throw validationFailed([{ field: "Authorization", message: "must be given once" }]);
}
