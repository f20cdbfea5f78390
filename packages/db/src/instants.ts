/** SQL for a column's time in milliseconds since the Unix epoch. For large lists: parsing a time as a `Date` is slow in `pg`. */
export function epochMs(column: string): string {
  return `date_part('epoch', ${column}) * 1000`;
}

/**
 * Formats the milliseconds of `epochMs` as RFC 3339, truncated to whole milliseconds as `pg` does. The rounding error of a `double` is
 * less than half a microsecond.
 */
export function instantOf(epochMs: number): string {
  return new Date(Math.floor(epochMs + 0.0005)).toISOString();
}
