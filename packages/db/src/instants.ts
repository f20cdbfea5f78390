/**
 * A column's time in whole milliseconds of the Unix epoch, for lists: `pg` takes long to read a time as a `Date`. Computed as `numeric`,
 * because a `double` has no room for the microseconds of a distant time.
 */
export function epochMs(column: string): string {
  return `floor(extract(epoch from ${column}) * 1000)::float8`;
}

/** The milliseconds of `epochMs` as RFC 3339. */
export function instantText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
