import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { OperatorKeys, PlatformKeys, parseMasterKeys } from "./index.js";

const masterHex = "a1b2c3d4".repeat(8);
const salt = Buffer.alloc(32, 0x9c);
const record = { kind: "entity", externalId: "player-1" } as const;

const keyring = parseMasterKeys(`k1:${masterHex}`);
const keys = new OperatorKeys(keyring, { operatorId: "op_1", salt });
const platform = new PlatformKeys(keyring, "plat_1");
const sealer = keys.sealer(record);
const opener = keys.opener(record);
keys.hmac("fingerprint", "k1", []);
platform.hmac("fingerprint", "k1", []);
opener.open("email", sealer.seal("email", "ada@example.com"));

/** Hex, Buffer and array notations of bytes, and the clear text. */
const secret = /a1\s?b2\s?c3|161,\s*178,\s*195|9c\s?9c\s?9c|156,\s*156|ada@|Buffer|Uint8Array/i;

describe("keys stay inside", () => {
  it("and this test would see them: the same search finds each in plain bytes", () => {
    const bytes = Buffer.from(masterHex, "hex");
    for (const plain of [bytes, [...bytes], masterHex, { salt: [...salt] }]) {
      expect(inspect(plain)).toMatch(secret);
      expect(JSON.stringify(plain)).toMatch(secret);
    }
  });

  it.each([
    ["the key ring", keyring],
    ["a master key", keyring.current],
    ["an operator's keys", keys],
    ["a platform's keys", platform],
    ["a sealer", sealer],
    ["an opener", opener],
  ])("%s shows none of them, however it is printed", (_, holder) => {
    const views = [
      inspect(holder, { depth: 20, showHidden: true, getters: true, showProxy: true }),
      JSON.stringify(holder),
      JSON.stringify(Object.getOwnPropertyDescriptors(holder)),
      String(holder),
      JSON.stringify(structuredClone(holder)),
      inspect({ ...holder }, { depth: 20 }),
      inspect(new Error("wrapped", { cause: holder }), { depth: 20 }),
    ];
    for (const view of views) expect(view).not.toMatch(secret);
  });

  it("and what an error prints has neither keys nor content", () => {
    const envelope = sealer.seal("email", "ada@example.com");
    for (const fail of [
      () => opener.open("phone", envelope),
      () => opener.open("email", "ada@example.com"),
      () => parseMasterKeys(`k1:${masterHex},k2:${masterHex}`),
      () => parseMasterKeys(`${masterHex}:k1`),
    ]) {
      let thrown: unknown;
      try {
        fail();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Error);
      expect(inspect(thrown, { showHidden: true, depth: 20 })).not.toMatch(/a1b2c3|ada@/);
    }
  });
});
