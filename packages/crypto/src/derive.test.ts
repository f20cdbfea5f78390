import { createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HkdfExpander, hkdfExpand, hkdfExtract, hmacSha256, KeyedHash } from "./derive.js";

const counting = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from }, (_, i) => from + i));

/** The SHA-256 cases of RFC 5869, appendix A; of the output the first block, which is all we ever take. */
const vectors = [
  {
    name: "A.1, basic",
    inputKey: Buffer.alloc(22, 0x0b),
    salt: counting(0x00, 0x0d),
    info: counting(0xf0, 0xfa),
    extracted: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
    output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
  },
  {
    name: "A.2, longer inputs",
    inputKey: counting(0x00, 0x50),
    salt: counting(0x60, 0xb0),
    info: counting(0xb0, 0x100),
    extracted: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
    output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
  },
  {
    name: "A.3, no salt and no info",
    inputKey: Buffer.alloc(22, 0x0b),
    salt: Buffer.alloc(0),
    info: Buffer.alloc(0),
    extracted: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
    output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
  },
];

describe("HKDF-SHA-256", () => {
  it.each(vectors)("agrees with RFC 5869 case $name", ({ inputKey, salt, info, extracted, output }) => {
    const prk = hkdfExtract(salt, inputKey);
    expect(prk.toString("hex")).toBe(extracted);
    expect(hkdfExpand(prk, info).toString("hex")).toBe(output);
  });

  it("agrees with Node's own for any input", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, bytes, (inputKey, salt, info) => {
        const expected = Buffer.from(hkdfSync("sha256", inputKey, salt, info, 32));
        expect(hkdfExpand(hkdfExtract(salt, inputKey), info)).toEqual(expected);
      }),
    );
  });

  it("expands again and again under one key, whatever the lengths and their order", () => {
    const infos = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 4_090, maxLength: 4_100 })),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), infos, (extracted, all) => {
        const expander = new HkdfExpander(extracted);
        for (const info of all) {
          const expected = createHmac("sha256", extracted).update(info).update(Buffer.of(1)).digest();
          expect(expander.expand(info)).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("takes no key of another size", () => {
    expect(() => new HkdfExpander(Buffer.alloc(31))).toThrow(TypeError);
  });
});

it("a keyed hash that is used again and again is HMAC, whatever the length of its message", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.array(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 4_090, maxLength: 4_100 })),
        { minLength: 1, maxLength: 3 },
      ),
      fc.uint8Array({ maxLength: 4 }),
      (key, messages, end) => {
        const keyed = new KeyedHash(key);
        for (const message of messages) {
          expect(keyed.digest(message)).toEqual(hmacSha256(key, message));
          expect(keyed.digest(message, end)).toEqual(hmacSha256(key, Buffer.concat([message, end])));
        }
      },
    ),
  );
});
