import { validationFailed } from "./errors.js";

const firstYear = Date.UTC(1970, 0, 1);

/** A moment that a caller named. What no calendar has is a fault of `field`; times before 1970 count as 1970. */
export function parseInstant(text: string, field: string): Date {
  const ms = Date.parse(text.toUpperCase());
  if (Number.isNaN(ms))
    throw validationFailed([{ field, message: "must be a moment that exists, in ISO 8601" }]);
  return new Date(Math.max(ms, firstYear));
}
