import { type Fault, validationFailed } from "./errors.js";

const firstYear = Date.UTC(1970, 0, 1);
/** The last moment that ISO 8601 writes with a year of four digits. */
const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A moment that a caller named. What no calendar has is a fault of `field`; times before 1970 count as 1970. */
export function parseInstant(text: string, field: string): Date {
  const faults = instantFaults(text, field);
  if (faults.length > 0) throw validationFailed(faults);
  return new Date(Math.max(Date.parse(text.toUpperCase()), firstYear));
}

/** The fault of a moment that no calendar has. */
export function instantFaults(text: string, field: string): Fault[] {
  if (!Number.isNaN(Date.parse(text.toUpperCase())) && isInCalendar(text)) return [];
  return [{ field, message: "must be a moment that exists, in ISO 8601" }];
}

/** The fault of a moment that is stored and told again: an offset can carry one past the last year that can be written. */
export function storedInstantFaults(text: string, field: string): Fault[] {
  const faults = instantFaults(text, field);
  if (faults.length > 0 || Date.parse(text.toUpperCase()) <= last) return faults;
  return [{ field, message: "must not be after the year 9999" }];
}

/** JavaScript takes 30 February for 2 March. */
function isInCalendar(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
