import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdsMoreValues } from "./json-values.js";

function count(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + count(part), 1);
}

/** Room after it, so that its length alone decides nothing. */
const spacious = (text: string) => Buffer.from(text + " ".repeat(text.length * 2 + 100));

describe("the values of a JSON text", () => {
  it("are counted as parsing makes them, whatever strings hold", () => {
    const jsonText = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.json({ stringUnit: fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", ":", " ") }),
    );
    fc.assert(
      fc.property(jsonText, fc.boolean(), (text, isSpaced) => {
        const value: unknown = JSON.parse(text);
        const bytes = spacious(isSpaced ? JSON.stringify(value, null, 2) : text);
        const values = count(value);
        expect(holdsMoreValues(bytes, values)).toBe(false);
        if (values > 1) expect(holdsMoreValues(bytes, values - 1)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("are too many only from the first one too many, in the densest texts there are", () => {
    for (const part of ["[]", "{}", "0"]) {
      const text = Buffer.from(`[${Array.from({ length: 1_000 }, () => part).join(",")}]`);
      expect(holdsMoreValues(text, 1_001)).toBe(false);
      expect(holdsMoreValues(text, 999)).toBe(true);
    }
  });
});
