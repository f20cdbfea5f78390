/** What a row of readings says: the middle one, and how far they lie apart. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarise(readings: readonly number[]): Summary {
  const sorted = [...readings].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? Number.NaN;
  return { median: (lower + upper) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** What all but so many in a hundred stay at or below: the nearest rank. */
export function percentile(readings: ArrayLike<number>, percent: number): number {
  const sorted = Float64Array.from(readings).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Each reading in those of the same run, so that what slows a whole run down leaves the ratio alone. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((reading, run) => reading / (to[run] ?? Number.NaN));
}
