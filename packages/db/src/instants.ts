/** A column's time in milliseconds of the Unix epoch, for rows that come by the hundred: `pg` takes long to read a time as a `Date`. */
export function epochMs(column: string): string {
  return `date_part('epoch', ${column}) * 1000`;
}

/** The milliseconds of `epochMs` as RFC 3339, cut to whole ones as `pg` cuts them: what a `double` loses is less than half a microsecond. */
export function instantOf(epochMs: number): string {
  return new Date(Math.floor(epochMs + 0.0005)).toISOString();
}
