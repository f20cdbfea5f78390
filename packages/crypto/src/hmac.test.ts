import { describe, expect, it } from "vitest";
import { UnknownMasterKeyError } from "./errors.js";
import { parseMasterKeys } from "./keyring.js";
import { OperatorKeys } from "./operator-keys.js";
import { PlatformKeys, serverHmac } from "./platform-keys.js";

const keyring = parseMasterKeys(`new:${"a1b2c3d4".repeat(8)},old:${"5e6f7081".repeat(8)}`);
const operator = (operatorId: string, saltByte: number) =>
  new OperatorKeys(keyring, { operatorId, salt: Buffer.alloc(32, saltByte) });

describe("keyed hashes", () => {
  it("differ by owner, salt, purpose, master key and where the parts are cut", () => {
    const hashes = [
      operator("op_1", 1).hmac("fingerprint", "new", ["a", "b"]),
      operator("op_2", 1).hmac("fingerprint", "new", ["a", "b"]),
      operator("op_1", 2).hmac("fingerprint", "new", ["a", "b"]),
      operator("op_1", 1).hmac("erased-external-id", "new", ["a", "b"]),
      operator("op_1", 1).hmac("fingerprint", "old", ["a", "b"]),
      operator("op_1", 1).hmac("fingerprint", "new", ["ab"]),
      operator("op_1", 1).hmac("fingerprint", "new", ["ab", ""]),
      new PlatformKeys(keyring, "op_1").hmac("fingerprint", "new", ["a", "b"]),
      new PlatformKeys(keyring, "plat_1").hmac("fingerprint", "new", ["a", "b"]),
      new PlatformKeys(keyring, "plat_1").hmac("fingerprint", "old", ["a", "b"]),
      serverHmac(keyring, "new", "cursor", ["a", "b"]),
      serverHmac(keyring, "old", "cursor", ["a", "b"]),
    ].map((hash) => hash.toString("hex"));
    expect(hashes.every((hash) => hash.length === 64)).toBe(true);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("stay the same across instances and calls, and take bytes as well as text", () => {
    const keys = operator("op_1", 1);
    const once = keys.hmac("fingerprint", "old", ["a", "\u00e9"]);
    expect(keys.hmac("fingerprint", "old", ["a", "\u00e9"])).toEqual(once);
    expect(operator("op_1", 1).hmac("fingerprint", "old", [Buffer.from("a"), Buffer.from("\u00e9")])).toEqual(
      once,
    );
    expect(serverHmac(keyring, "new", "cursor", ["a"])).toEqual(serverHmac(keyring, "new", "cursor", ["a"]));
  });

  it("name a master key that is missing", () => {
    expect(() => operator("op_1", 1).hmac("fingerprint", "gone", [])).toThrow(UnknownMasterKeyError);
    expect(() => new PlatformKeys(keyring, "plat_1").hmac("fingerprint", "gone", [])).toThrow(
      UnknownMasterKeyError,
    );
    expect(() => serverHmac(keyring, "gone", "cursor", [])).toThrow(UnknownMasterKeyError);
  });

  it("are refused by destroyed platform keys", () => {
    const keys = new PlatformKeys(keyring, "plat_1");
    keys.destroy();
    expect(() => keys.hmac("fingerprint", "new", [])).toThrow("destroyed");
  });
});
