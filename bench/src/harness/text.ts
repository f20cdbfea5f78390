import { summarise } from "./stats.js";

/** Figures as people read them. */
export const count = (value: number) => Math.round(value).toLocaleString("en");
export const share = (value: number) => value.toFixed(2);
export const ms = (value: number) => value.toFixed(value < 10 ? 2 : 1);

/** The middle of some readings, with the least and the most. */
export function spreadOf(readings: readonly number[], text: (value: number) => string): string {
  const { median, min, max } = summarise(readings);
  return `${text(median)} (${text(min)}–${text(max)})`;
}
