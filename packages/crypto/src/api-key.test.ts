import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { classifyKey, equalHashes, hashKey, mintKey } from "./api-key.js";

const digits = "0123456789abcdef".repeat(4);

describe("API keys", () => {
  it("have the prefix of their kind and 64 lower-case hex digits, never the same twice", () => {
    expect(mintKey("operator").plaintext).toMatch(/^oh_live_[0-9a-f]{64}$/);
    expect(mintKey("platform").plaintext).toMatch(/^oh_platform_[0-9a-f]{64}$/);
    expect(new Set(Array.from({ length: 100 }, () => mintKey("operator").plaintext)).size).toBe(100);
  });

  it("are stored as the SHA-256 of the full text", () => {
    const { plaintext, hash } = mintKey("operator");
    expect(hash.toString("hex")).toBe(createHash("sha256").update(plaintext).digest("hex"));
    expect(hashKey("abc").toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("are told apart by form", () => {
    expect(classifyKey(mintKey("operator").plaintext)).toBe("operator");
    expect(classifyKey(mintKey("platform").plaintext)).toBe("platform");
  });

  it.each([
    ["nothing", ""],
    ["no digits", "oh_live_"],
    ["a digit short", `oh_live_${digits.slice(1)}`],
    ["a digit over", `oh_live_${digits}0`],
    ["capitals", `oh_live_${digits.toUpperCase()}`],
    ["another prefix", `oh_test_${digits}`],
    ["a prefix in capitals", `OH_LIVE_${digits}`],
    ["white space", ` oh_live_${digits}`],
    ["a line end", `oh_live_${digits}\n`],
    ["no hex", `oh_live_${digits.slice(1)}g`],
  ])("are not recognised in a text with %s", (_, text) => {
    expect(classifyKey(text)).toBeUndefined();
  });

  it("compare by their hashes", () => {
    const hash = hashKey("abc");
    expect(equalHashes(hash, hashKey("abc"))).toBe(true);
    expect(equalHashes(hash, hashKey("abd"))).toBe(false);
    expect(equalHashes(hash, hash.subarray(1))).toBe(false);
  });
});
