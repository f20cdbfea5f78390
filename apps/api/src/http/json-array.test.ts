import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ItemScanner } from "./json-array.js";
import { holdsMoreValues } from "./json-values.js";

/** The texts between the brackets, or how the text is broken. */
function itemsOf(text: string, bytesMax = 7): string[] | "broken" {
  const bytes = Buffer.from(text);
  const scanner = new ItemScanner(bytes, 0);
  const items: string[] = [];
  for (;;) {
    const slice = scanner.next(bytesMax);
    if (slice === "end") return items;
    if (slice === "broken") return "broken";
    if (slice !== undefined) items.push(bytes.toString("utf8", slice.start, slice.end));
  }
}

describe("the items of an array", () => {
  it("are the same as those of JSON.parse, however few bytes are scanned at a time", () => {
    const odd = fc.json({ stringUnit: fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", ":", "é", "😀") });
    const arrays = fc.array(fc.oneof(fc.json({ maxDepth: 4 }), odd), { maxLength: 6 });
    fc.assert(
      fc.property(arrays, fc.integer({ min: 1, max: 50 }), fc.boolean(), (texts, bytesMax, isSpaced) => {
        const values: unknown[] = texts.map((text) => JSON.parse(text));
        const text = isSpaced ? `${JSON.stringify(values, null, 2)}\n ` : `[${texts.join(",")}]`;
        const items = itemsOf(text, bytesMax);
        expect((items as string[]).map((item) => JSON.parse(item))).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  it("have as many values as the text is counted to have", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), (array) => {
        const bytes = Buffer.from(JSON.stringify(array));
        const scanner = new ItemScanner(bytes, 0);
        while (scanner.next(1_000) !== "end");
        const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length * 3 + 10, " ")]);
        expect(holdsMoreValues(padded, scanner.values)).toBe(false);
        if (scanner.values > 1) expect(holdsMoreValues(padded, scanner.values - 1)).toBe(true);
      }),
    );
  });

  it.each(["[", "[1", "[1,", '["a', '["a\\', '["a\\"]', "[[]", "[{]", "[1}", "{1]", "[1]]", "[1] 2", "[]\0"])(
    "end too early or too late in %j",
    (text) => {
      expect(itemsOf(text)).toBe("broken");
    },
  );

  it.each([
    ["[]", []],
    ["[ \n]", []],
    ["[1,]", ["1", ""]],
    ["[,]", ["", ""]],
    ["[,1]", ["", "1"]],
    ["[\0]", ["\0"]],
    ["[1 2]", ["1 2"]],
    ['{"a":1,"b":[2,3]}', ['"a":1', '"b":[2,3]']],
  ])("are left as they are, JSON or not: %j", (text, items) => {
    expect(itemsOf(text)).toEqual(items);
  });
});
