import { Readable } from "node:stream";
import { type Operation, operations } from "@onehazel/spec";
import type { Request, Response } from "express";
import { describe, expect, it } from "vitest";
import { readBody } from "./body.js";
import { BodyIntake } from "./body-intake.js";
import { MemoryBudget } from "./memory-budget.js";
import { MinimumRate } from "./minimum-rate.js";

const byId = (id: string) => operations.find((operation) => operation.id === id) as Operation;
const required = byId("upsertEntity");
const optional = byId("createOperatorApiKey");
const json = { "content-type": "application/json" };

function read(
  body: string | Buffer,
  { headers = json, operation = required }: { headers?: Record<string, string>; operation?: Operation } = {},
) {
  const bytes = Buffer.from(body);
  const stream = Readable.from(bytes.length === 0 ? [] : [bytes.subarray(0, 3), bytes.subarray(3)]);
  const length = { "content-length": String(bytes.length) };
  return readBody(
    Object.assign(stream, { headers: { ...length, ...headers } }) as unknown as Request,
    {} as Response,
    operation,
    { bytesMax: operation.bodyBytesMax, startIntake },
  );
}

/** Memory for any body. */
function startIntake(): BodyIntake {
  const memory = new MemoryBudget(100_000_000).reservation({ platformId: "plat_1" });
  const rate = new MinimumRate({ bytesPerSecondMin: 1, windowMs: 60_000 });
  return new BodyIntake({} as Request, { memory, rate, bytesMax: 100_000_000 });
}

const refused = (code: string) => ({ name: "ApiError", code });

describe("a JSON body", () => {
  it.each(['{"a":1}', "[]", "0", '"x"', "null", " \n{} "])("is read with its text: %j", async (text) => {
    expect(await read(text)).toEqual({ value: JSON.parse(text), text });
  });

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "Application/JSON; Charset=utf8",
    "application/json; odata=verbose",
    "application/json;",
    "application/json ; ",
    "application/json;;charset=utf-8; ;",
    'application/json; profile=";;\\"; ";',
  ])("may come as %s", async (type) => {
    expect((await read("{}", { headers: { "content-type": type } })).value).toEqual({});
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "application/json; charset=latin1",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "",
    ";",
    "json",
    "application/json;charset",
    'application/json; profile=";',
    "application/json; charset=latin1;",
    `application/json;${" ".repeat(2_000)}`,
  ])("may not come as %j", async (type) => {
    await expect(read("{}", { headers: { "content-type": type } })).rejects.toMatchObject(
      refused("UNSUPPORTED_MEDIA_TYPE"),
    );
  });

  it.each(["gzip", "br", "deflate", "x"])("is not inflated from %s", async (encoding) => {
    const headers = { ...json, "content-encoding": encoding };
    await expect(read("{}", { headers })).rejects.toMatchObject(refused("UNSUPPORTED_MEDIA_TYPE"));
  });

  it.each([
    "{",
    "{}}",
    "{'a':1}",
    "{a:1}",
    "[1,]",
    "NaN",
    "undefined",
    "\0",
    '{"a":"\n"}',
    "01",
    "+1",
    ".5",
    "1.",
    "// x",
    '"\\x"',
    "\ufeff\ufeff{}",
  ])("is refused when it is none: %j", async (text) => {
    await expect(read(text)).rejects.toMatchObject(refused("INVALID_JSON"));
  });

  it.each([
    ["a stray byte", [0x22, 0xff, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0x80, 0x22]],
    ["an encoded surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["half a character", [0x22, 0xe2, 0x82, 0x22]],
    ["UTF-16", [...Buffer.from("{}", "utf16le")]],
  ])("is refused when it is no UTF-8: %s", async (_, bytes) => {
    await expect(read(Buffer.from(bytes))).rejects.toMatchObject(refused("INVALID_JSON"));
  });

  it("may begin with a byte order mark", async () => {
    expect(await read('\ufeff{"a":1}')).toEqual({ value: { a: 1 }, text: '{"a":1}' });
  });

  it("keeps keys like __proto__", async () => {
    const { value } = await read('{"__proto__":1,"constructor":2}');
    expect(Object.entries(value as object)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });

  it("has one size at most, exactly", async () => {
    const bytes = required.bodyBytesMax;
    expect(bytes).toBe(1_048_576);
    expect((await read(`"${"x".repeat(bytes - 2)}"`)).text).toHaveLength(bytes);
    await expect(read(`"${"x".repeat(bytes - 1)}"`)).rejects.toMatchObject(refused("PAYLOAD_TOO_LARGE"));
    const headers = { ...json, "content-length": "" };
    await expect(read(`"${"x".repeat(bytes - 1)}"`, { headers })).rejects.toMatchObject(
      refused("PAYLOAD_TOO_LARGE"),
    );
  });

  it("may be absent only where the operation says so", async () => {
    await expect(read("")).rejects.toMatchObject(refused("INVALID_JSON"));
    expect(await read("", { operation: optional })).toEqual({ value: {}, text: "{}" });
    expect(await read("", { operation: optional, headers: {} })).toEqual({ value: {}, text: "{}" });
    await expect(read("{}", { operation: optional, headers: {} })).rejects.toMatchObject(
      refused("UNSUPPORTED_MEDIA_TYPE"),
    );
  });
});
