import fc from "fast-check";
import { expect, it } from "vitest";
import { Turns } from "../turns.js";
import { canonicalDigest, canonicalInTurns, canonicalJson } from "./canonical.js";

const newTurns = () => new Turns({ platformId: "plat_1" });

it("a large value has the same canonical text whether or not it is built in turns", async () => {
  const wide = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [`k${(index * 7_919) % 3_000}"é`, index]),
  );
  const large = {
    b: [wide, { ...wide, deep: { a: [wide] } }],
    a: { "": -0, x: 1e21, __proto__: null },
    c: [],
  };
  expect(await canonicalInTurns(large, newTurns())).toBe(canonicalJson(large));
  const numbers = Array.from({ length: 5_000 }, (_, index) => index);
  expect(await canonicalInTurns(numbers, newTurns())).toBe(canonicalJson(numbers));
});

it("any value has the same canonical text whether or not it is built in turns", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 1, max: 1_500 }), async (value, times) => {
      const large = JSON.parse(JSON.stringify({ z: Array(times).fill(value), a: value }));
      expect(await canonicalInTurns(large, newTurns())).toBe(canonicalJson(large));
    }),
    { numRuns: 50 },
  );
});

it("the digest of a batch depends on the order of items but not on the order of fields", async () => {
  const digestOf = (items: unknown[]) => canonicalDigest(items, newTurns());
  const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index]));
  const turned = Object.fromEntries(Object.entries(wide).reverse());
  expect(await digestOf([{ a: 1, b: 2 }, wide])).toEqual(await digestOf([{ b: 2, a: 1 }, turned]));
  expect(await digestOf([1, wide])).not.toEqual(await digestOf([wide, 1]));
});
