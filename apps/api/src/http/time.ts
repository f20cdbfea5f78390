import { type Fault, validationFailed } from "./errors.js";
import { formatWords, instantOf } from "./formats.js";

const firstYear = Date.UTC(1970, 0, 1);
/** The latest time with a four-digit year. */
const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Parses an RFC 3339 date-time of a caller; any other text is a fault of `field`. Times before 1970 count as 1970. */
export function parseInstant(text: string, field: string): Date {
  const instant = instantOf(text);
  if (instant === undefined) throw validationFailed([notADateTime(field)]);
  return new Date(Math.max(instant, firstYear));
}

/** Checks a time that is stored and returned: its offset can move it past the year 9999. */
export function storedInstantFaults(text: string, field: string): Fault[] {
  const instant = instantOf(text);
  if (instant === undefined) return [notADateTime(field)];
  return instant <= last ? [] : [{ field, message: "must not be after the year 9999" }];
}

function notADateTime(field: string): Fault {
  return { field, message: formatWords["date-time"] as string };
}
