/**
 * SQL for a column's time in whole milliseconds since the Unix epoch. For lists, because `pg` parses each time with a regular
 * expression. Computed as `numeric`: a `double` would round the microseconds of a distant time.
 */
export function epochMs(column: string): string {
  return `floor(extract(epoch from ${column}) * 1000)::float8`;
}

/** The milliseconds of `epochMs` as RFC 3339. */
export function instantText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
