import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeParts } from "./parts.js";

const text = fc.string({ unit: "binary", maxLength: 12 });
const texts = fc.array(text, { maxLength: 5 });

function decodeParts(bytes: Buffer): string[] {
  const parts: string[] = [];
  let offset = 0;
  while (offset < bytes.byteLength) {
    const end = offset + 4 + bytes.readUInt32BE(offset);
    parts.push(bytes.toString("utf8", offset + 4, end));
    offset = end;
  }
  return parts;
}

describe("length-prefixed parts", () => {
  it("can be read back, so no two lists give the same bytes", () => {
    fc.assert(
      fc.property(texts, (parts) => {
        expect(decodeParts(encodeParts(parts))).toEqual(parts);
      }),
    );
  });

  it("differ however one text is cut into parts", () => {
    fc.assert(
      fc.property(text, fc.nat(12), fc.nat(12), (whole, first, second) => {
        const points = [...whole];
        const cutAt = (at: number) => [points.slice(0, at).join(""), points.slice(at).join("")];
        const same = Math.min(first, points.length) === Math.min(second, points.length);
        expect(encodeParts(cutAt(first)).equals(encodeParts(cutAt(second)))).toBe(same);
      }),
    );
  });

  it("are the same for a text and its UTF-8 bytes, and appending encodes as the whole does", () => {
    fc.assert(
      fc.property(texts, texts, (head, tail) => {
        const whole = encodeParts([...head, ...tail]);
        expect(encodeParts([...head, ...tail].map((part) => Buffer.from(part)))).toEqual(whole);
        expect(Buffer.concat([encodeParts(head), encodeParts(tail)])).toEqual(whole);
      }),
    );
  });

  it("refuse a lone surrogate, which UTF-8 would blur, and take a pair", () => {
    expect(() => encodeParts(["\ud800"])).toThrow(TypeError);
    expect(() => encodeParts(["ok", "x\udfffy"])).toThrow(TypeError);
    expect(encodeParts(["\u{1f41d}"]).toString("hex")).toBe("00000004f09f909d");
  });
});
