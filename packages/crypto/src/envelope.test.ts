import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatEnvelope, parseEnvelope } from "./envelope.js";
import { OpenError } from "./errors.js";

const idAlphabet = "ABCXYZabcxyz0189_-";
const masterKeyId = fc.string({ unit: fc.constantFrom(...idAlphabet), minLength: 1, maxLength: 32 });
const sealedBytes = fc.uint8Array({ minLength: 29, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const payload = Buffer.alloc(29, 0xfb).toString("base64url");

describe("the envelope's layout", () => {
  it("gives back what was put in", () => {
    fc.assert(
      fc.property(masterKeyId, sealedBytes, (id, sealed) => {
        expect(parseEnvelope(formatEnvelope(id, sealed))).toEqual({ masterKeyId: id, sealed });
      }),
    );
  });

  it("has one text for one content: what parses is what would be written", () => {
    const almost = fc
      .tuple(masterKeyId, fc.string({ unit: fc.constantFrom(..."AQgw_-9z"), minLength: 36, maxLength: 48 }))
      .map(([id, text]) => `v1.${id}.${text}`);
    fc.assert(
      fc.property(almost, (text) => {
        try {
          const { masterKeyId: id, sealed } = parseEnvelope(text);
          expect(formatEnvelope(id, sealed)).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(OpenError);
        }
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["clear text", "ada@example.com"],
    ["another version", `v2.k.${payload}`],
    ["no version", `k.${payload}`],
    ["no id", `v1..${payload}`],
    ["an id of 33 characters", `v1.${"k".repeat(33)}.${payload}`],
    ["an id with a foreign character", `v1.k\u00e9.${payload}`],
    ["a further part", `v1.k.${payload}.x`],
    ["padding", `v1.k.${payload}=`],
    ["the other base64 alphabet", `v1.k.${payload.replaceAll("-", "+").replaceAll("_", "/")}`],
    ["a line end", `v1.k.${payload}\n`],
    ["white space before", ` v1.k.${payload}`],
    ["stray bits after the last byte", `v1.k.${payload.slice(0, -1)}t`],
    ["a length base64 does not have", `v1.k.${payload}AA`],
    ["one byte too few for nonce, text and tag", `v1.k.${Buffer.alloc(28).toString("base64url")}`],
  ])("refuses %s", (_, text) => {
    expect(() => parseEnvelope(text)).toThrow(OpenError);
  });

  it("refuses what is no text, as a damaged row may hold it", () => {
    for (const damage of [null, undefined, 1, {}, [`v1.k.${payload}`]]) {
      expect(() => parseEnvelope(damage as unknown as string)).toThrow(OpenError);
    }
  });
});
