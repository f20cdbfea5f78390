import { describe, expect, it } from "vitest";
import { MasterKeyError } from "./errors.js";
import { generateMasterKey, Keyring, MasterKey, parseMasterKeys } from "./keyring.js";

const first = "a1b2c3d4".repeat(8);
const second = "5e6f7081".repeat(8);

function faultOf(text: string): string {
  try {
    parseMasterKeys(text);
  } catch (error) {
    expect(error).toBeInstanceOf(MasterKeyError);
    return (error as Error).message;
  }
  throw new Error("was accepted");
}

describe("the list of master keys", () => {
  it("makes its first entry current and finds all by id", () => {
    const keyring = parseMasterKeys(`2026-01:${first},2025_07:${second}`);
    expect(keyring.current.id).toBe("2026-01");
    expect(keyring.ids).toEqual(["2026-01", "2025_07"]);
    expect(keyring.find("2025_07")?.id).toBe("2025_07");
    expect(keyring.find("2024")).toBeUndefined();
    expect(keyring.find("__proto__")).toBeUndefined();
  });

  it("takes white space around entries and either case of hex", () => {
    const keyring = parseMasterKeys(` a:${first.toUpperCase()} ,\n b:${second}\n`);
    expect(keyring.ids).toEqual(["a", "b"]);
    expect(keyring.current.hasSameBytes(parseMasterKeys(`x:${first}`).current)).toBe(true);
  });

  it("takes what generateMasterKey gives, never the same twice", () => {
    const made = generateMasterKey("k-1");
    expect(made).toMatch(/^k-1:[0-9a-f]{64}$/);
    expect(parseMasterKeys(made).ids).toEqual(["k-1"]);
    expect(generateMasterKey("k-1")).not.toBe(made);
    expect(() => generateMasterKey("a:b")).toThrow(MasterKeyError);
  });

  it.each([
    ["nothing", "", "no master key"],
    ["white space", " \n", "no master key"],
    ["a key without an id", first, "entry 1"],
    ["an empty id", `:${first}`, "entry 1"],
    ["an id too long", `${"i".repeat(33)}:${first}`, "entry 1"],
    ["an id with a dot", `a.b:${first}`, "entry 1"],
    ["31 bytes", `a:${first},b:${second.slice(2)}`, "entry 2"],
    ["33 bytes", `a:${first}00`, "entry 1"],
    ["half a digit", `a:${first.slice(1)}`, "entry 1"],
    ["a letter that is no hex digit", `a:${first.slice(1)}g`, "entry 1"],
    ["a key of zeros", `a:${first},b:${"00".repeat(32)}`, "entry 2: a key of zeros is no secret"],
    ["an empty entry", `a:${first},`, "entry 2"],
    ["the same id twice", `a:${first},b:${"01".repeat(32)},a:${second}`, "entries 1 and 3 have the same id"],
    ["the same key twice", `a:${first},b:${first.toUpperCase()}`, "entries 1 and 2 have the same key"],
  ])("refuses %s and says where", (_, text, where) => {
    expect(faultOf(text)).toContain(where);
  });

  it("tells every fault at once and repeats nothing of any entry", () => {
    const message = faultOf(`${first}:a,b:${second}00,${second.slice(0, 32)}:${first.slice(0, 40)}`);
    expect(message).toMatch(/entry 1.*entry 2.*entry 3/);
    expect(message).not.toMatch(/a1b2|5e6f/);
  });

  it("cannot be built around its rules", () => {
    expect(() => new Keyring([])).toThrow(MasterKeyError);
    expect(() => new MasterKey("a", Buffer.alloc(31))).toThrow(MasterKeyError);
    expect(() => new MasterKey("a.b", Buffer.alloc(32))).toThrow(MasterKeyError);
  });
});
