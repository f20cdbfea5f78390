import { expect, it } from "vitest";
import { svgOf } from "./chart.js";

const chart = {
  title: "Requests a second, 10 callers",
  groups: [
    {
      label: "reads & writes",
      bars: [
        { series: "ours", value: 50 },
        { series: "<theirs>", value: 100 },
      ],
    },
    { label: "none", bars: [{ series: "ours", value: 0 }] },
  ],
};

const widths = (svg: string) => [...svg.matchAll(/width="(\d+)" height="12" fill="(#\w+)"/g)];

it("bars are as long as their figures, and one colour is one series", () => {
  const [, , half, whole, none] = widths(svgOf(chart)).map(([, width, colour]) => ({ width, colour }));
  expect(Number(whole?.width)).toBe(2 * Number(half?.width));
  // Seen all the same.
  expect(none?.width).toBe("1");
  expect(none?.colour).toBe(half?.colour);
  expect(whole?.colour).not.toBe(half?.colour);
});

it("text is text, whatever stands in it", () => {
  const svg = svgOf(chart);
  expect(svg).toContain("reads &amp; writes");
  expect(svg).toContain("&lt;theirs&gt;");
  expect(svg).not.toContain("<theirs>");
});

it("it follows its reader into the dark", () => {
  expect(svgOf(chart)).toContain("prefers-color-scheme:dark");
});
