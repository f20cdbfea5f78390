import type { Moment } from "./models.js";

/** A moment in ISO 8601; null and undefined stay what they are. */
export function isoOf<T extends Moment | null | undefined>(moment: T): string | Extract<T, null | undefined> {
  return (moment instanceof Date ? moment.toISOString() : moment) as string | Extract<T, null | undefined>;
}
