import { describe, expect, it } from "vitest";
import { idempotencyKeyFrom, isOneHazelError } from "./index.js";
import { operatorClient, player, rejectionOf } from "./testing/clients.js";
import { fc, test } from "./testing/fc.js";

const part = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

describe("idempotencyKeyFrom", () => {
  it("gives the same key for the same parts, always and everywhere", async () => {
    const expected = "88ca18bee6541fd1";
    const key = await idempotencyKeyFrom("crm", "player_1", 7);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await idempotencyKeyFrom("crm", "player_1", 7)).toBe(key);
    expect(key.slice(0, 16)).toBe(expected);
  });

  it("tells parts apart", async () => {
    const keys = await Promise.all([
      idempotencyKeyFrom("a", "b"),
      idempotencyKeyFrom("a,b"),
      idempotencyKeyFrom('a","b'),
      idempotencyKeyFrom("ab"),
      idempotencyKeyFrom("1"),
      idempotencyKeyFrom(1),
      idempotencyKeyFrom(null),
      idempotencyKeyFrom("null"),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test(
    "differs wherever the parts differ",
    fc.tuple(fc.array(part, { minLength: 1 }), fc.array(part, { minLength: 1 })),
    async ([left, right]) => {
      const isSame = JSON.stringify(left) === JSON.stringify(right);
      expect((await idempotencyKeyFrom(...left)) === (await idempotencyKeyFrom(...right))).toBe(isSame);
    },
  );

  it.each([[[]], [[Number.NaN]], [[undefined]], [[{}]]])("refuses %j", async (parts) => {
    expect(isOneHazelError(await rejectionOf(idempotencyKeyFrom(...(parts as never[]))))).toBe(true);
  });
});

describe("an Idempotency-Key of the caller's", () => {
  it.each(["", " ", "två", "a b", "a\n", "x".repeat(256)])(
    "%j is refused before sending, and not shown",
    async (key) => {
      const error = await rejectionOf(
        operatorClient("http://localhost:9").entities.upsert(player, { idempotencyKey: key }),
      );
      expect(error).toMatchObject({ name: "ArgumentError", attempts: 0 });
      if (key.length > 2) expect(String(error)).not.toContain(key);
    },
  );

  it("is refused where the server would not look at it", async () => {
    const options = { idempotencyKey: "k" } as never;
    const error = await rejectionOf(operatorClient("http://localhost:9").entities.get("player_1", options));
    expect(error).toMatchObject({ name: "ArgumentError" });
  });
});
