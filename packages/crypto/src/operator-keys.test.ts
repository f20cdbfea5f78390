import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenError, UnknownMasterKeyError } from "./errors.js";
import { parseMasterKeys } from "./keyring.js";
import { OperatorKeys } from "./operator-keys.js";
import type { JsonValue, SealedRecord } from "./record.js";

const newKey = `new:${"a1b2c3d4".repeat(8)}`;
const oldKey = `old:${"5e6f7081".repeat(8)}`;
const keyring = parseMasterKeys(`${newKey},${oldKey}`);
const salt = Buffer.alloc(32, 0x9c);
const operatorId = "op_00000000000000aa";
const keys = new OperatorKeys(keyring, { operatorId, salt });
const entity = { kind: "entity", externalId: "player-1" } as const;

const halves = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 });
/** Any sixteen-bit units, so lone surrogates, U+0000 and unassigned code points too. */
const strangeText = halves.map((units) => String.fromCharCode(...units));
const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "toJSON", "", "length"), strangeText);
const { anyJson } = fc.letrec<{ anyJson: JsonValue; leaf: JsonValue }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<JsonValue>(null, true, false, 0, "", 5e-324, 1e308, Number.MAX_SAFE_INTEGER),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    strangeText,
  ),
  anyJson: fc.oneof(
    { maxDepth: 5 },
    tie("leaf"),
    fc.array(tie("anyJson"), { maxLength: 4 }),
    fc
      .array(fc.tuple(name, tie("anyJson")), { maxLength: 4 })
      .map((entries): JsonValue => Object.fromEntries(entries)),
  ),
}));

describe("sealing a field", () => {
  it("gives back any JSON value", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const opened = keys.opener(entity).open("email", keys.sealer(entity).seal("email", value));
        expect(JSON.stringify(opened)).toBe(JSON.stringify(value));
        expect(isDeepStrictEqual(opened, value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps `__proto__` an ordinary key", () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as JsonValue;
    const opened = keys.opener(entity).open("email", keys.sealer(entity).seal("email", value));
    expect(Object.keys(opened as object)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(opened)).toBe(Object.prototype);
  });

  it("refuses what has no JSON form", () => {
    const sealer = keys.sealer(entity);
    for (const value of [undefined, () => 1, Symbol("x"), 1n]) {
      expect(() => sealer.seal("email", value as unknown as JsonValue)).toThrow(TypeError);
    }
  });

  it("never gives the same text twice, within one sealer or across them", () => {
    const texts = new Set<string>();
    for (let record = 0; record < 50; record += 1) {
      const sealer = keys.sealer(entity);
      for (let field = 0; field < 20; field += 1) texts.add(sealer.seal("email", "same"));
    }
    expect(texts.size).toBe(1000);
    const nonces = [...texts].map((text) =>
      Buffer.from(text.split(".")[2]!, "base64url").toString("hex", 0, 12),
    );
    expect(new Set(nonces).size).toBe(1000);
  });

  it("opens only as the field of the record of the operator it was sealed for", () => {
    const record: fc.Arbitrary<SealedRecord> = fc.oneof(
      fc.constantFrom("a", "b", "ab", "").map((externalId) => ({ kind: "entity" as const, externalId })),
      fc.constantFrom("a", "b", "ab", "").map((id) => ({ kind: "event" as const, id })),
    );
    const place = fc.record({
      operatorId: fc.constantFrom("op_1", "op_2", "op_1entity"),
      record,
      field: fc.constantFrom("a", "b", "email", ""),
    });
    fc.assert(
      fc.property(place, place, (from, to) => {
        const keysOf = (id: string) => new OperatorKeys(keyring, { operatorId: id, salt });
        const envelope = keysOf(from.operatorId).sealer(from.record).seal(from.field, "here");
        const open = () => keysOf(to.operatorId).opener(to.record).open(to.field, envelope);
        if (JSON.stringify(from) === JSON.stringify(to)) expect(open()).toBe("here");
        else expect(open).toThrow(OpenError);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses every other character at every position of the envelope", () => {
    const envelope = keys.sealer(entity).seal("email", "ada@example.com");
    const opener = keys.opener(entity);
    for (let at = 0; at < envelope.length; at += 1) {
      for (const other of "AQz9-_.=+ \n\u00e9") {
        if (envelope[at] === other) continue;
        const tampered = envelope.slice(0, at) + other + envelope.slice(at + 1);
        expect(() => opener.open("email", tampered)).toThrow(OpenError);
      }
    }
  });

  it("refuses the envelope cut short at every length", () => {
    const envelope = keys.sealer(entity).seal("email", "ada@example.com");
    const opener = keys.opener(entity);
    for (let length = 0; length < envelope.length; length += 1) {
      expect(() => opener.open("email", envelope.slice(0, length))).toThrow(OpenError);
      expect(() => opener.open("email", envelope.slice(-length - 1, -1))).toThrow(OpenError);
    }
  });

  it("tells nothing but that it cannot be opened", () => {
    const envelope = keys.sealer(entity).seal("email", "ada@example.com");
    for (const text of [`${envelope}A`, envelope.slice(0, 20), "ada@example.com"]) {
      const failure = failureOf(() => keys.opener(entity).open("email", text));
      expect(failure.message).toBe("cannot be opened");
      expect(failure.cause).toBeUndefined();
    }
  });
});

describe("rotating the master key", () => {
  const before = new OperatorKeys(parseMasterKeys(oldKey), { operatorId, salt });

  it("seals under the current key and still opens what older ones sealed", () => {
    const older = before.sealer(entity).seal("email", 1);
    const newer = keys.sealer(entity).seal("email", 2);
    expect([older, newer].map((text) => text.split(".")[1])).toEqual(["old", "new"]);
    expect(keys.sealer(entity).masterKeyId).toBe("new");
    const opener = keys.opener(entity);
    expect([older, newer, older].map((text) => opener.open("email", text))).toEqual([1, 2, 1]);
  });

  it("names the master key that is missing", () => {
    const failure = failureOf(() =>
      before.opener(entity).open("email", keys.sealer(entity).seal("email", 2)),
    );
    expect(failure).toBeInstanceOf(UnknownMasterKeyError);
    expect(failure).toBeInstanceOf(OpenError);
    expect(failure).toMatchObject({ masterKeyId: "new", name: "UnknownMasterKeyError" });
  });

  it("does not take an envelope relabelled with another key's id", () => {
    const relabelled = keys.sealer(entity).seal("email", 2).replace("v1.new.", "v1.old.");
    expect(() => keys.opener(entity).open("email", relabelled)).toThrow(OpenError);
  });
});

describe("an operator's salt", () => {
  it("once replaced, opens nothing any more", () => {
    const envelope = keys.sealer(entity).seal("email", 1);
    const other = Buffer.from(salt);
    other[31]! ^= 1;
    const after = new OperatorKeys(keyring, { operatorId, salt: other });
    expect(() => after.opener(entity).open("email", envelope)).toThrow(OpenError);
  });

  it("has 32 bytes exactly and is copied", () => {
    for (const size of [0, 31, 33]) {
      expect(() => new OperatorKeys(keyring, { operatorId, salt: Buffer.alloc(size) })).toThrow(TypeError);
    }
    expect(() => new OperatorKeys(keyring, { operatorId: "", salt })).toThrow(TypeError);
    const given = Buffer.from(salt);
    const lazy = new OperatorKeys(keyring, { operatorId, salt: given });
    given.fill(0);
    expect(lazy.opener(entity).open("email", keys.sealer(entity).seal("email", 1))).toBe(1);
  });

  it("is gone from destroyed keys, which then refuse, while a sealer made before stays right", () => {
    const doomed = new OperatorKeys(keyring, { operatorId, salt });
    const sealer = doomed.sealer(entity);
    const opener = doomed.opener(entity);
    doomed.hmac("fingerprint", "new", []);
    doomed.destroy();
    expect(() => doomed.sealer(entity)).toThrow("destroyed");
    expect(() => doomed.hmac("fingerprint", "new", [])).toThrow("destroyed");
    const envelope = sealer.seal("email", 1);
    expect(() => opener.open("email", envelope)).toThrow("destroyed");
    expect(keys.opener(entity).open("email", envelope)).toBe(1);
  });
});

function failureOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("did not fail");
}
