import { generateMasterKey, parseMasterKeys } from "@onehazel/crypto";
import { describe, expect, it } from "vitest";
import { CursorCodec, type CursorScope } from "./cursor.js";
import { ApiError } from "./errors.js";

const [one, two] = [generateMasterKey("one"), generateMasterKey("two")];
const codec = new CursorCodec(parseMasterKeys(one));
const scope: CursorScope = {
  operationId: "listEntities",
  tenantId: "op_1",
  filters: { entityType: "player", since: undefined },
};
const position = { at: "2026-01-02T03:04:05.678901Z", id: "ent_0123456789abcdef" };
const cursor = codec.encode(scope, position);

function refused(decode: () => unknown): void {
  expect(decode).toThrow(ApiError);
  try {
    decode();
  } catch (error) {
    expect(error).toMatchObject({ code: "VALIDATION_FAILED", details: [{ field: "cursor" }] });
  }
}

describe("a cursor", () => {
  it("brings back the position, in full precision", () => {
    expect(codec.decode(scope, cursor)).toEqual(position);
    expect(codec.decode(scope, undefined)).toBeUndefined();
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it("does not mind the order of filters, nor those that are not set", () => {
    expect(codec.decode({ ...scope, filters: { entityType: "player" } }, cursor)).toEqual(position);
    const sorted = codec.encode({ ...scope, filters: { a: 1, b: 2 } }, position);
    expect(codec.decode({ ...scope, filters: { b: 2, a: 1 } }, sorted)).toEqual(position);
  });

  it.each([
    { operationId: "listOperators" },
    { tenantId: "op_2" },
    { filters: {} },
    { filters: { entityType: "game" } },
    { filters: { entityType: "player", since: "2026-01-01" } },
  ])("is foreign to another list: %o", (other) =>
    refused(() => codec.decode({ ...scope, ...other }, cursor)),
  );

  it("is refused when any character of it is changed, added or taken", () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === "A" ? "B" : "A";
      refused(() => codec.decode(scope, cursor.slice(0, index) + other + cursor.slice(index + 1)));
      refused(() => codec.decode(scope, cursor.slice(0, index) + cursor.slice(index + 1)));
    }
    for (const odd of [
      "",
      "A",
      "!",
      `${cursor}A`,
      `${cursor}=`,
      ` ${cursor}`,
      cursor.slice(0, 21),
      "null",
      "é",
    ]) {
      refused(() => codec.decode(scope, odd));
    }
  });

  it("outlives a rotation while its master key is configured", () => {
    expect(new CursorCodec(parseMasterKeys(`${two},${one}`)).decode(scope, cursor)).toEqual(position);
    refused(() => new CursorCodec(parseMasterKeys(two)).decode(scope, cursor));
  });
});
