import { describe, expect, it } from "vitest";
import { type IdPrefix, isId, mintId } from "./id.js";
import { RandomPool } from "./random.js";

const prefixes: IdPrefix[] = ["ent", "op", "eev", "job", "ers", "plat", "tpl"];

describe("ids", () => {
  it.each(prefixes)("%s_ and 16 hex digits, recognised under that prefix only", (prefix) => {
    const id = mintId(prefix);
    expect(id).toMatch(new RegExp(`^${prefix}_[0-9a-f]{16}$`));
    expect(prefixes.filter((other) => isId(other, id))).toEqual([prefix]);
  });

  it("do not repeat when the pool is filled again", () => {
    const ids = Array.from({ length: 5000 }, () => mintId("ent"));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    "",
    "ent_",
    "ent_0123456789abcde",
    "ent_0123456789abcdef0",
    "ent_0123456789ABCDEF",
    "ent_0123456789abcdef\n",
    "xent_0123456789abcdef",
    "0123456789abcdef",
  ])("are not recognised in %j", (text) => {
    expect(isId("ent", text)).toBe(false);
  });
});

describe("the pool of random bytes", () => {
  it("gives each slice once and fills itself when it is empty", () => {
    const pool = new RandomPool(12, 3);
    const slices = Array.from({ length: 10 }, () => pool.next().toString("hex"));
    expect(slices.every((slice) => slice.length === 24)).toBe(true);
    expect(new Set(slices).size).toBe(10);
  });

  it("forgets what it copies out, and gives none of it again", () => {
    const pool = new RandomPool(12, 3);
    const taken = Array.from({ length: 3_000 }, () => {
      const target = Buffer.alloc(16);
      pool.take(target, 2);
      expect([target[0], target[1], target[14], target[15]]).toEqual([0, 0, 0, 0]);
      return target.toString("hex");
    });
    expect(new Set(taken).size).toBe(3_000);
    const view = new RandomPool(12, 3);
    const first = view.next();
    view.take(Buffer.alloc(12), 0);
    // The slice after the first one, seen through its memory: nothing is left there.
    expect(Buffer.from(first.buffer, first.byteOffset + 12, 12)).toEqual(Buffer.alloc(12));
  });
});
