import { expect, it } from "vitest";
import { isKept } from "./report.js";

const bound = (value: number, limits: { min?: number; max?: number }) => ({
  what: "a figure",
  value,
  ...limits,
});

it("a bound is kept at its limit, and missed beyond it", () => {
  expect(isKept(bound(0.5, { min: 0.5 }))).toBe(true);
  expect(isKept(bound(0.499, { min: 0.5 }))).toBe(false);
  expect(isKept(bound(3, { max: 3 }))).toBe(true);
  expect(isKept(bound(3.001, { max: 3 }))).toBe(false);
});

it("what could not be measured is missed", () => {
  expect(isKept(bound(Number.NaN, { min: 0.5 }))).toBe(false);
  expect(isKept(bound(Number.NaN, { max: 3 }))).toBe(false);
});
