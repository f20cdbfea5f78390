import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depthMax, faultsMax, faultsOfText, faultsOfValue, keyCharactersMax } from "./json-value.js";

const faults = (text: string) => faultsOfValue(JSON.parse(text), text);
const accepted = (text: string) => faults(text).length === 0;
const nested = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels);

describe("depth", () => {
  it("counts the body itself, and 64 is the most", () => {
    expect(depthMax).toBe(64);
    expect(accepted(nested(64))).toBe(true);
    expect(faults(nested(65))).toMatchObject([{ message: "must not nest deeper than 64 levels" }]);
    expect(accepted(`${'{"a":'.repeat(64)}1${"}".repeat(64)}`)).toBe(true);
    expect(accepted(`${'{"a":'.repeat(65)}1${"}".repeat(65)}`)).toBe(false);
  });

  it("is refused however deep, without going there", () => {
    expect(faults(nested(20_000))).toHaveLength(1);
  });
});

describe("keys", () => {
  it.each([
    ["a", 1],
    ["é", 1],
    ["😀", 2],
  ])("may have 255 code points: %s", (character, units) => {
    const longest = character.repeat(keyCharactersMax);
    expect(longest).toHaveLength(255 * units);
    expect(accepted(JSON.stringify({ [longest]: 1 }))).toBe(true);
    expect(faults(JSON.stringify({ data: { [`${longest}a`]: 1 } }))).toEqual([
      { field: "data", message: "must not have keys over 255 characters" },
    ]);
  });

  it("named __proto__ and constructor are ordinary, and what is under them is looked at", () => {
    expect(accepted('{"__proto__":{"constructor":{"prototype":1}}}')).toBe(true);
    expect(faults('{"__proto__":{"constructor":1e400}}')).toMatchObject([{ field: "__proto__.constructor" }]);
  });
});

describe("numbers", () => {
  it.each([
    ["0", "-0", "0.0", "0e999", "1", "-1", "0.1", "1.50", "1e3", "1E+3", "100000000000000000000e-20"],
    ["9007199254740991", "-9007199254740991", "9007199254740991.0", "4503599627370495.5"],
    [
      "0.30000000000000004",
      "1.7976931348623157e308",
      "2.2250738585072014e-308",
      "5e-324",
      "1e100",
      "1e22",
      "123e-20",
    ],
    ["1352363401374948.2", "-1352363401374948.25", "5e-324", "9.5367431640625e-7"],
    ["0.1000000000000000055511151231257827021181583404541015625", "0.1000000000000000000000000000000000000"],
  ])("that come back as they were are accepted: %s …", (...literals) => {
    for (const literal of literals) expect([literal, faults(`{"n":${literal}}`)]).toEqual([literal, []]);
  });

  it.each([
    [
      "9007199254740992",
      "-9007199254740992",
      "9007199254740993",
      "9007199254740993.0",
      "100000000000000000000000",
    ],
    ["0.123456789012345678", "1.00000000000000000001", "9007199254740992.5", "3.14159265358979323846"],
    [
      "1e-400",
      "-1e-400",
      "4e-324",
      "2.4703282292062327e-324",
      "0.1000000000000000055511151231257827021181583404541015624",
    ],
  ])("that would be rounded are refused: %s …", (...literals) => {
    for (const literal of literals) {
      expect([literal, faults(`{"n":${literal}}`)]).toEqual([
        literal,
        [{ field: "n", message: "would be rounded; send it as a string" }],
      ]);
    }
  });

  it.each(["1e400", "-1e400", "1e309", "1.8e308", `1${"0".repeat(400)}`])(
    "that no double can hold are refused: %s",
    (literal) => {
      expect(faults(`{"n":${literal}}`)).toEqual([
        { field: "n", message: "must be a finite number; send it as a string" },
      ]);
    },
  );

  it("inside strings and keys are left alone", () => {
    const text = JSON.stringify({
      a: "1e400",
      "9007199254740993": '"9007199254740993"',
      b: '\\" 1e400, "',
      c: "\\",
    });
    expect(faults(text)).toEqual([]);
    expect(faults(`{"a":"9007199254740993","b":9007199254740993}`)).toMatchObject([{ field: "b" }]);
    expect(faults(`{"a":"\\\\","b":[1e400],"c":"\\""}`)).toMatchObject([{ field: "b[0]" }]);
  });

  it("are each named by their place", () => {
    expect(faults('[{"a":[1,1e400]},9007199254740993]').map(({ field }) => field)).toEqual([
      "[0].a[1]",
      "[1]",
    ]);
    expect(faults("1e400")).toMatchObject([{ field: "body" }]);
  });

  it("are refused where a later field of the same name hides them", () => {
    expect(faults('{"a":1e400,"a":1}')).toMatchObject([{ field: "body" }]);
    const hidden = '"a":1e400,'.repeat(faultsMax);
    expect(faults(`{${hidden}"a":1,"b":9007199254740993}`)).toMatchObject([{ field: "body" }]);
  });

  it("are told of up to a hundred, however many there are", () => {
    const many = faults(`[${"1e400,".repeat(200_000)}1]`);
    expect(many.map(({ field }) => field)).toEqual(
      Array.from({ length: faultsMax }, (_, index) => `[${index}]`),
    );
  });

  it("are accepted as every program writes its doubles", () => {
    const fractions = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !/^-?\d+$/.test(String(value)));
    fc.assert(
      fc.property(fractions, (value) => {
        expect([value, faults(String(value))]).toEqual([value, []]);
      }),
      { numRuns: 5_000 },
    );
  });

  it("are accepted exactly if they survive, whatever they look like", () => {
    const digits = fc.stringMatching(/^\d{1,20}$/);
    const literal = fc
      .tuple(
        fc.constantFrom("", "-"),
        fc.stringMatching(/^(0|[1-9]\d{0,19})$/),
        fc.option(digits),
        fc.option(fc.integer({ min: -340, max: 320 })),
      )
      .map(([sign, whole, fraction, exponent]) =>
        [sign, whole, fraction === null ? "" : `.${fraction}`, exponent === null ? "" : `e${exponent}`].join(
          "",
        ),
      );
    fc.assert(
      fc.property(literal, (text) => {
        const value = Number(text);
        const plainInteger = /^-?\d+$/.test(text);
        const survives = plainInteger
          ? Number.isSafeInteger(value)
          : Number.isFinite(value) && sameDecimal(text, value);
        expect([text, accepted(text)]).toEqual([text, survives]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** By exact decimal arithmetic: the double, written in its shortest form or with as many digits, is the same number. */
function sameDecimal(text: string, value: number): boolean {
  const digits = decimalOf(text).mantissa;
  if (digits === 0n) return true;
  const written = [String(value), value.toExponential(Math.min(String(digits).length, 101) - 1)];
  return written.some((form) => {
    const [one, other] = [decimalOf(text), decimalOf(form)];
    return one.mantissa === other.mantissa && one.exponent === other.exponent;
  });
}

/** Without trailing zeros and sign, so that equal numbers look the same. */
function decimalOf(text: string): { mantissa: bigint; exponent: number } {
  const [number = "", power = "0"] = text.toLowerCase().replace(/^-/, "").split("e");
  const [whole = "", fraction = ""] = number.split(".");
  let mantissa = BigInt(whole + fraction);
  let exponent = Number(power) - fraction.length;
  while (mantissa !== 0n && mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent += 1;
  }
  return { mantissa, exponent };
}

describe("text", () => {
  it("must hold neither U+0000 nor lone surrogates, in values and in keys", () => {
    expect(faults('{"a":"x\\u0000"}')).toEqual([{ field: "a", message: "must not contain U+0000" }]);
    expect(faults('{"a":["\\ud800"]}')).toEqual([
      { field: "a[0]", message: "must not contain lone surrogates" },
    ]);
    expect(faults('{"a":{"\\udc00":1}}')).toEqual([
      { field: "a", message: "must not contain lone surrogates" },
    ]);
    expect(faults('{"\\u0000":1}')).toEqual([{ field: "body", message: "must not contain U+0000" }]);
    expect(faultsOfText("\0\ud800", "q")).toHaveLength(2);
  });

  it("may be anything else: pairs, controls, backslashes", () => {
    expect(accepted('{"a":"\\ud83d\\ude00 \\u0001 \\\\u0000 \\u005c"}')).toBe(true);
  });
});

it("whatever a program writes as JSON is accepted, if its integers are safe ones", () => {
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" });
  fc.assert(
    fc.property(value, (any) => {
      const text = JSON.stringify(any);
      fc.pre(!/(?<![\d.e-])-?\d{16,}(?![\d.e])/.test(text) && !text.includes("\\u"));
      expect(faults(text)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it("no string is taken for a number beside it, whatever it looks like", () => {
  const lookalike = fc.oneof(
    fc.stringMatching(/^([0-9a-f-]{36})?#?[0-9]{0,2}$/),
    fc.constantFrom("\u0001#0", "\u0001#1", "#0", "0", "1e400"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(lookalike, { maxLength: 8 }), fc.nat({ max: 7 }), (strings, place) => {
      const at = Math.min(place, strings.length);
      const items = strings.map((text) => JSON.stringify(text));
      const found = faults(`[${[...items.slice(0, at), "1e400", ...items.slice(at)]}]`);
      expect(found.map(({ field }) => field)).toEqual([`[${at}]`]);
    }),
    { numRuns: 500, examples: [[["\u0001#0", "\u0001#1"], 1]] },
  );
});

describe("a body of 1 MiB", () => {
  const size = 1_048_000;
  const bodies: Record<string, string> = {
    "one long string of digits": `{"a":"${"1".repeat(size)}"}`,
    "one long string of quotes beside a fault": `{"n":1e400,"a":"${'\\"'.repeat(size / 2)}"}`,
    "one long string of backslashes beside a fault": `{"n":1e400,"a":"${"\\\\".repeat(size / 2)}"}`,
    "one long integer": `{"a":${"1".repeat(size)}}`,
    "one long fraction": `{"a":0.${"1".repeat(size)}}`,
    "a long run of zeros inside a fraction": `{"a":0.1${"0".repeat(size)}1}`,
    "a long run of zeros before one digit": `{"a":0.${"0".repeat(size)}1}`,
    "a long exponent": `{"a":1e${"0".repeat(size)}1}`,
    "nothing but faults": `[${"1e400,".repeat(size / 6)}1]`,
    "nothing but faulty strings": `[${'"\\ud800",'.repeat(size / 9)}1]`,
    "nothing but short strings beside a fault": `[${'"a",'.repeat(size / 4)}1e400]`,
    "one long key": `{"${"k".repeat(size)}":1}`,
  };

  it.each(Object.entries(bodies))("is looked through at once: %s", (_, text) => {
    const value = JSON.parse(text);
    const startedMs = performance.now();
    const found = faultsOfValue(value, text);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    expect(found.length).toBeLessThanOrEqual(faultsMax);
  });
});

describe("numbers that take far more room written in full than as they came", () => {
  it.each(["1e308", "1e-300", "-2.5E+99"])(
    "%s by the hundred thousand is refused, a few are taken",
    (literal) => {
      const many = `[${Array.from({ length: 150_000 }, () => literal).join(",")}]`;
      const few = `[${Array.from({ length: 1_000 }, () => literal).join(",")}]`;
      expect(faultsOfValue(JSON.parse(many), many)).toMatchObject([
        { field: "body", message: expect.stringContaining("send them as strings") },
      ]);
      expect(faultsOfValue(JSON.parse(few), few)).toEqual([]);
    },
  );
});
