import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { open, seal } from "./cipher.js";
import { OpenError } from "./errors.js";

const hex = (text: string) => Buffer.from(text, "hex");

const fixed = (nonce: Uint8Array) => (target: Uint8Array) => target.set(nonce);
const someText = Buffer.from("some text");

const longPlaintext =
  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
const longCiphertext =
  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" +
  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

/** The four AES-256 cases with 96-bit nonces of the GCM submission to NIST (13 to 16). */
const vectors = [
  {
    name: "13: nothing at all",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    additionalData: "",
    plaintext: "",
    ciphertext: "",
    tag: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    name: "14: one block",
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    additionalData: "",
    plaintext: "00".repeat(16),
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    name: "15: four blocks",
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    additionalData: "",
    plaintext: longPlaintext,
    ciphertext: longCiphertext,
    tag: "b094dac5d93471bdec1a502270e3cc6c",
  },
  {
    name: "16: an unfinished block and additional data",
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    additionalData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext: longPlaintext.slice(0, -8),
    ciphertext: longCiphertext.slice(0, -8),
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
];

describe("AES-256-GCM", () => {
  it.each(vectors)("seals and opens NIST's case $name", (vector) => {
    const sealed = hex(vector.nonce + vector.ciphertext + vector.tag);
    const key = hex(vector.key);
    const additionalData = hex(vector.additionalData);
    expect(seal(key, fixed(hex(vector.nonce)), additionalData, hex(vector.plaintext))).toEqual(sealed);
    expect(open(key, additionalData, sealed)).toEqual(hex(vector.plaintext));
  });

  it("refuses every flipped bit of nonce, ciphertext and tag", () => {
    const key = randomBytes(32);
    const bound = Buffer.from("bound to");
    const sealed = seal(key, fixed(randomBytes(12)), bound, someText);
    for (let bit = 0; bit < sealed.byteLength * 8; bit += 1) {
      const tampered = Buffer.from(sealed);
      tampered[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(key, bound, tampered)).toThrow(OpenError);
    }
  });

  it("refuses every truncation, at either end", () => {
    const key = randomBytes(32);
    const bound = Buffer.from("bound to");
    const sealed = seal(key, fixed(randomBytes(12)), bound, someText);
    for (let length = 0; length < sealed.byteLength; length += 1) {
      expect(() => open(key, bound, sealed.subarray(0, length))).toThrow(OpenError);
      expect(() => open(key, bound, sealed.subarray(sealed.byteLength - length))).toThrow(OpenError);
    }
  });

  it("refuses other additional data and another key", () => {
    const key = randomBytes(32);
    const sealed = seal(key, fixed(randomBytes(12)), Buffer.from("bound to"), someText);
    expect(() => open(key, Buffer.from("bound t0"), sealed)).toThrow(OpenError);
    expect(() => open(key, Buffer.alloc(0), sealed)).toThrow(OpenError);
    expect(() => open(randomBytes(32), Buffer.from("bound to"), sealed)).toThrow(OpenError);
  });

  it("takes no key of another size", () => {
    expect(() => seal(randomBytes(16), fixed(randomBytes(12)), Buffer.alloc(0), someText)).toThrow(
      RangeError,
    );
  });
});
