import { expect, it } from "vitest";
import { percentile, ratios, summarise } from "./stats.js";

it("the middle of an odd and of an even number of readings, in any order", () => {
  expect(summarise([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
  expect(summarise([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(summarise([7])).toEqual({ median: 7, min: 7, max: 7 });
});

it("nothing says nothing", () => {
  expect(summarise([])).toEqual({ median: Number.NaN, min: Number.NaN, max: Number.NaN });
  expect(percentile([], 50)).toBeNaN();
});

it("a percentile is a reading: the least that so many do not pass", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([1, 50, 95, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 50, 95, 99, 100]);
  expect(percentile([3, 1, 2], 50)).toBe(2);
  expect(percentile([3, 1, 2], 99)).toBe(3);
  expect(percentile([9], 0)).toBe(9);
});

it("readings keep their order", () => {
  const readings = [3, 1, 2];
  summarise(readings);
  percentile(readings, 50);
  expect(readings).toEqual([3, 1, 2]);
});

it("a ratio is of one run", () => {
  expect(ratios([1, 4, 9], [2, 4, 3])).toEqual([0.5, 1, 3]);
  expect(ratios([1, 2], [1])[1]).toBeNaN();
});
